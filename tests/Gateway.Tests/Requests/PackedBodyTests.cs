using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Correlation.Gateway.Admin;
using Correlation.Gateway.Alertmanager;
using Correlation.Gateway.Opsgenie;
using Correlation.Gateway.Query;
using Correlation.Gateway.Seams;
using Correlation.Gateway.Tests.Admin;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Correlation.Gateway.Tests.Requests;

/// <summary>Senders may pack what they send, whatever they speak.</summary>
public sealed class PackedBodyTests : IAsyncLifetime
{
    private RunningEngine _engine = null!;
    private GatewayHost _host = null!;

    public async Task InitializeAsync()
    {
        _engine = await RunningEngine.StartAsync(TestKit.Policies.Small);
        _host = await GatewayHost.StartAsync(
            _engine.Grains,
            _engine.Reads,
            app =>
            {
                app.MapNative();
                app.MapAlertmanager();
                app.MapOpsgenie();
            },
            services =>
                services.AddNative().AddAdmin().AddSingleton<IReadiness>(new FixedReadiness(FixedReadiness.Well)));
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _engine.DisposeAsync();
    }

    [Theory]
    [InlineData("/v2/alerts", """{"message":"packed"}""", 202)]
    [InlineData("/api/v2/alerts", """[{"labels":{"alertname":"packed"}}]""", 200)]
    [InlineData("/webhooks/alertmanager", """{"version":"4","alerts":[]}""", 200)]
    [InlineData("/api/v1/silences", """{"duration":"1h","matchers":"{a=\"b\"}"}""", 200)]
    public async Task A_packed_body_is_unpacked(string path, string body, int status)
    {
        Assert.Equal(status, await PostAsync(path, Gzip(body), "gzip"));
    }

    [Theory]
    [InlineData("/v2/alerts", 413)]
    [InlineData("/api/v2/alerts", 413)]
    [InlineData("/webhooks/alertmanager", 400)]
    [InlineData("/api/v1/silences", 413)]
    public async Task What_is_packed_otherwise_or_wrongly_or_is_too_much_is_refused_in_words(string path, int tooMuch)
    {
        Assert.Equal(415, await PostAsync(path, Encoding.UTF8.GetBytes("{}"), "br"));
        Assert.Equal(400, await PostAsync(path, Encoding.UTF8.GetBytes("{}"), "gzip"));
        Assert.Equal(tooMuch, await PostAsync(path, Gzip(new string(' ', 64 * 1024 * 1024)), "gzip"));
    }

    private static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }

    private async Task<int> PostAsync(string path, byte[] body, string encoding)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add(encoding);
        using var answer = await _host.Http.PostAsync(path, content);
        var words = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 200 || words.Length > 20, words);
        return (int)answer.StatusCode;
    }
}
