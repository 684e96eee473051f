using System.Text.Json;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.RealClients;

/// <summary>
/// The real process with the shipped configuration, which pages a webhook sink, and a key for one sender. The tests of
/// a class share it and keep apart by what they name.
/// </summary>
public sealed class ShippedService : IAsyncLifetime, IDisposable
{
    /// <summary>What the key is called.</summary>
    public const string Sender = "test senders";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new("service");
    private ShippedPolicy? _policy;
    private WebhookSink? _sink;
    private SiloProcess? _silo;

    public SiloProcess Silo => _silo ?? throw new InvalidOperationException("The silo was not started.");

    /// <summary>The sender's key, alone in a file.</summary>
    public string KeyFile { get; private set; } = "";

    public string Key { get; private set; } = "";

    internal Incidents Incidents => new(Silo);

    public async Task InitializeAsync()
    {
        _sink = await WebhookSink.StartNewAsync();
        _policy = new ShippedPolicy($"{_sink.Url}/pages");
        Key = await _policy.AddKeyAsync(Sender);
        KeyFile = _folder.Write("api-key", Key);
        _silo = await SiloProcess.StartNewAsync(_policy.Settings);
    }

    /// <summary>The first page about something, once it has arrived.</summary>
    public async Task<JsonElement> PageAsync(string field, string value) => (await _sink!.WaitForAsync(
        request => Page(request).Text(field) == value, Deadline, $"a page with {field} {value}. {Silo.Program.LogTail}")).Json
        .GetProperty("data");

    /// <summary>All pages so far, oldest first.</summary>
    public IReadOnlyList<JsonElement> Pages => [.. _sink!.Requests.Select(Page)];

    public async Task DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }

        if (_sink is not null)
        {
            await _sink.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _policy?.Dispose();
        _folder.Dispose();
    }

    private static JsonElement Page(SinkRequest request) => request.Json.GetProperty("data");
}
