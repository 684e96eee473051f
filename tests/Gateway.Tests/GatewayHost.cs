using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using Correlation.Gateway.Admin;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Gateway.Tests.Query;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Tests;

/// <summary>
/// A part of the gateway on a free loopback port, behind the real door, and a client with the administrator's key.
/// </summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    public const string Administrator = "0a8d2f3e-6d5c-4b7a-9e1f-0123456789ab";

    private readonly WebApplication _app;

    private GatewayHost(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("GenieKey", Administrator);
    }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<GatewayHost> StartAsync(
        IGrains grains,
        IReads reads,
        Action<WebApplication> map,
        Action<IServiceCollection>? more = null,
        Action<WebApplication>? first = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(grains).AddSingleton(reads).AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new Meter(MeterReadings.MeterName));
        builder.Services.AddSingleton<MemoryQuarantine>().AddQuarantine().AddBodies(_ => () => { });
        builder.Services.AddSingleton<IQuarantine>(s => s.GetRequiredService<MemoryQuarantine>());
        builder.Services.AddSingleton(new AdministratorKey(KeyHash.Of(Guid.Parse(Administrator)))).AddKeys();
        more?.Invoke(builder.Services);
        builder.Services.TryAddSingleton<ITestPages>(new FixedChannels());
        var app = builder.Build();
        first?.Invoke(app);
        app.UseKeys();
        map(app);
        await app.StartAsync();
        return new GatewayHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
