using System.Net;
using System.Text.Json;
using Correlation.Gateway.Admin;
using Correlation.Gateway.Seams;
using Correlation.Gateway.Tests.Keys;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Correlation.Gateway.Tests.Admin;

public sealed class HealthTests
{
    private static readonly Readiness Well = FixedReadiness.Well;

    [Fact]
    public async Task A_service_that_can_decide_is_ready_and_has_nothing_to_say()
    {
        Assert.Equal((HttpStatusCode.OK, "ready", []), await AskAsync(Well, new Reads()));
    }

    [Fact]
    public async Task A_refused_configuration_is_told_and_the_service_stays_ready()
    {
        var (status, word, reasons) = await AskAsync(
            Well with { ConfigurationError = "routes.yaml:3: no team 'x'" }, new Reads());
        Assert.Equal((HttpStatusCode.OK, "ready"), (status, word));
        Assert.Equal(["configuration: kept last good version because routes.yaml:3: no team 'x'"], reasons);
    }

    [Fact]
    public async Task What_the_audit_found_is_told_and_the_service_stays_ready()
    {
        var (status, _, reasons) = await AskAsync(Well with { AuditProblem = "1 of 2 open incidents" }, new Reads());
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["audit: 1 of 2 open incidents"], reasons);
    }

    [Fact]
    public async Task A_policy_that_names_what_is_not_there_is_told_and_the_service_stays_ready()
    {
        var (status, _, reasons) = await AskAsync(
            Well with { PolicyNotice = "the team 'night' names user 'eve', which is not there" }, new Reads());
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["policy: the team 'night' names user 'eve', which is not there"], reasons);
    }

    [Fact]
    public async Task Recovery_and_a_store_that_fails_are_not_ready()
    {
        var (status, word, reasons) = await AskAsync(new Readiness(true, "the disk is full", null), new Reads());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready"), (status, word));
        Assert.Equal(["recovering: the store is being read back", "store: the disk is full"], reasons);
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_is_not_ready()
    {
        var (status, _, reasons) = await AskAsync(Well, new Reads { Fault = new IOException("connection refused") });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(["store: connection refused"], reasons);
    }

    [Fact]
    public async Task A_process_that_is_not_ready_is_healthy_all_the_same()
    {
        await using var host = await StartAsync(new Readiness(true, "down", null), new Reads());
        Assert.Equal("""{"status":"ok"}""", await host.Http.GetStringAsync("/healthz"));
    }

    /// <summary>As load balancers do.</summary>
    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task It_may_be_asked_by_HEAD(string path)
    {
        await using var host = await StartAsync(Well, new Reads());
        using var answer = await host.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        Assert.Equal((HttpStatusCode.OK, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    private static async Task<(HttpStatusCode Status, string Word, string[] Reasons)> AskAsync(
        Readiness readiness, IReads reads)
    {
        await using var host = await StartAsync(readiness, reads);
        host.Http.DefaultRequestHeaders.Authorization = null;
        using var answer = await host.Http.GetAsync("/readyz");
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var reasons = body.RootElement.GetProperty("reasons").EnumerateArray().Select(r => r.GetString()!).ToArray();
        return (answer.StatusCode, body.RootElement.GetProperty("status").GetString()!, reasons);
    }

    private static Task<GatewayHost> StartAsync(Readiness readiness, IReads reads) => GatewayHost.StartAsync(
        new PolicyOnly(),
        reads,
        app => app.MapAdmin(),
        services => services.AddAdmin().AddSingleton<IReadiness>(new FixedReadiness(readiness)));

    private sealed class Reads : NoReads
    {
        public Exception? Fault { get; init; }

        public override ValueTask<long> LastEventAsync(CancellationToken cancellationToken) =>
            Fault is null ? new ValueTask<long>(0) : ValueTask.FromException<long>(Fault);
    }
}
