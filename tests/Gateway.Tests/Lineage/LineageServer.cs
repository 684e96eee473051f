using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Correlation.Gateway.Changes;
using Correlation.Gateway.Lineage;
using Correlation.Gateway.Query;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Correlation.Gateway.Tests.Lineage;

/// <summary>Lineage and registries over the real engine and a real store.</summary>
public sealed class LineageServer : IAsyncLifetime
{
    public const string Secret = "mlflow-demo-secret";

    private RunningEngine _engine = null!;
    private GatewayHost _host = null!;

    public IGrains Grains => _engine.Grains;

    internal MemoryQuarantine Quarantine => _host.Services.GetRequiredService<MemoryQuarantine>();

    public async Task InitializeAsync()
    {
        _engine = await RunningEngine.StartAsync(Policies.Small);
        _host = await GatewayHost.StartAsync(
            _engine.Grains,
            _engine.Reads,
            app => app.MapNative().MapLineage().MapMlflow(),
            services => services.AddNative().AddLineage().AddSingleton(new MlflowWebhook(Secret)));
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _engine.DisposeAsync();
    }

    public async Task<(int Status, string Body)> PostAsync(
        string path, byte[] body, string? encoding = null, IEnumerable<(string Name, string Value)>? headers = null,
        bool withKey = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        foreach (var (name, value) in headers ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var client = new HttpClient { BaseAddress = _host.Http.BaseAddress };
        client.DefaultRequestHeaders.Authorization = withKey
            ? new AuthenticationHeaderValue("Bearer", GatewayHost.Administrator)
            : null;
        using var response = await client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<(int Status, string Body)> PostAsync(string path, string body) =>
        PostAsync(path, Encoding.UTF8.GetBytes(body));

    public async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await _host.Http.GetStringAsync(path));

    public async Task<AlertState?> AlertAsync(string alias) =>
        await Grains.ReadAsync(new GrainId(GrainKind.Alert, alias)) as AlertState;

    public static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }
}
