using System.Text.Json;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.OpsgenieSdk;

/// <summary>What the SDK handed to one call's callback. Exactly one of both is set.</summary>
public sealed record SdkCall(string Name, JsonElement? Body, JsonElement? Error);

/// <summary>
/// One run of clients/opsgenie-sdk.js against the real process, looked at by many tests: an SDK is slow to start.
/// </summary>
public sealed class SdkRun : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _configuration = new("sdk");
    private SiloProcess? _silo;

    public SdkRun() => _configuration.Write("policy.yaml", """
        settings: { default_team: ml }
        users:
          - { name: ann, contacts: [{ channel: log }] }
          - { name: bob, contacts: [{ channel: log }] }
        teams:
          - { name: ml, members: [ann], escalation: ladder }
          - { name: infra, members: [bob], escalation: infra }
        channels: [{ name: log, type: log }]
        routes: [{ name: all, group_wait: 0s, repeat: 7d }]
        escalations:
          - name: ladder
            steps: [{ after: 0s, notify: "user:ann" }, { after: 6h, notify: "user:bob" }]
          - name: infra
            steps: [{ after: 0s, notify: "user:bob" }]
        """);

    public IReadOnlyList<SdkCall> Calls { get; private set; } = [];

    public async Task InitializeAsync()
    {
        _silo = await SiloProcess.StartNewAsync(new SiloSettings { Configuration = _configuration.Path });
        var run = await NodeScript.RunAsync("opsgenie-sdk.js", new Dictionary<string, string?>
        {
            ["CORRELATION_URL"] = _silo.Url,
            ["CORRELATION_KEY"] = _silo.ApiKey,
        });

        // An SDK that cannot read an answer throws out of its callback, which ends the script.
        Assert.True(run.ExitCode == 0, $"The script exited with {run.ExitCode}: {run.Output}\n{_silo.Program.LogTail}");
        Calls = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read)];
    }

    /// <summary>What a call that succeeded was answered.</summary>
    public JsonElement Body(string call) => Find(call) is { Body: { } body }
        ? body
        : throw new InvalidOperationException($"'{call}' failed: {Find(call).Error}");

    /// <summary>The data of such an answer.</summary>
    public JsonElement Data(string call) => Body(call).GetProperty("data");

    public JsonElement Error(string call) => Find(call) is { Error: { } error }
        ? error
        : throw new InvalidOperationException($"'{call}' succeeded: {Find(call).Body}");

    public async Task DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }
    }

    public void Dispose() => _configuration.Dispose();

    private SdkCall Find(string call) => Calls.Single(c => c.Name == call);

    private static SdkCall Read(string line)
    {
        JsonElement json;
        try
        {
            json = JsonSerializer.Deserialize<JsonElement>(line);
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"The script printed what is no JSON: {line}", e);
        }

        return new SdkCall(json.GetProperty("call").GetString()!, Maybe(json, "body"), Maybe(json, "error"));
    }

    private static JsonElement? Maybe(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value : null;
}
