using System.Net.Http.Json;
using Correlation.Gateway.Opsgenie;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

/// <summary>
/// A store that is down or a queue that is full: a client that retries 5xx must read one, with the time to wait.
/// </summary>
public sealed class OverloadTests : IAsyncLifetime
{
    private GatewayHost _host = null!;

    public async Task InitializeAsync() =>
        _host = await GatewayHost.StartAsync(new FullGrains(), new BrokenReads(), app => app.MapOpsgenie());

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("POST", "/v2/alerts")]
    [InlineData("POST", "/v2/alerts/x/close?identifierType=alias")]
    [InlineData("GET", "/v2/heartbeats/x/ping")]
    public async Task A_full_queue_is_503_with_the_time_to_wait(string method, string target)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        request.Content = method == "GET" ? null : JsonContent.Create(new { message = "m" });
        using var response = await _host.Http.SendAsync(request);
        var answer = await OpsgenieAnswer.ReadAsync(response);
        Assert.Equal("3", answer.Is(503).RetryAfter);
        Assert.Equal("The queue is full", answer.Message);
    }

    [Fact]
    public async Task A_fault_of_ours_is_500_in_the_same_shape_and_tells_nothing_of_the_inside()
    {
        using var response = await _host.Http.GetAsync("/v2/alerts");
        Assert.DoesNotContain("NotSupported", (await OpsgenieAnswer.ReadAsync(response)).Is(500).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v2/alerts?query=status:open")]
    [InlineData("GET", "/v2/alerts/6f9619ff-8b86-d011-b42d-00cf4fc964ff")]
    [InlineData("POST", "/v2/alerts/6f9619ff-8b86-d011-b42d-00cf4fc964ff/close")]
    public async Task A_store_that_is_down_is_503_with_the_time_to_wait(string method, string target)
    {
        await using var host = await GatewayHost.StartAsync(
            new FullGrains(), new DownReads(), app => app.MapOpsgenie());
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        using var response = await host.Http.SendAsync(request);
        var answer = (await OpsgenieAnswer.ReadAsync(response)).Is(503);
        Assert.Equal("1", answer.RetryAfter);
        Assert.DoesNotContain("/srv/data", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acknowledge", 500)]
    [InlineData("close", 500)]
    [InlineData("", 202)]
    public async Task Whoever_does_what_cannot_be_decided_hears_so_and_a_signal_that_cannot_has_paged(
        string action, int status)
    {
        await using var host = await GatewayHost.StartAsync(
            new PoisonedGrains(), new BrokenReads(), app => app.MapOpsgenie());
        var target = action.Length == 0 ? "/v2/alerts" : $"/v2/alerts/x/{action}?identifierType=alias";
        using var response = await host.Http.PostAsJsonAsync(target, new { message = "m", user = "ada" });
        var answer = (await OpsgenieAnswer.ReadAsync(response)).Is(status);
        Assert.DoesNotContain("inside", answer.Body.ToString(), StringComparison.Ordinal);
    }

    private sealed class BrokenReads : NoReads;

    private sealed class DownReads : NoReads
    {
        public override ValueTask<AlertView?> FindAlertAsync(AlertRef reference, CancellationToken cancellationToken) =>
            ValueTask.FromException<AlertView?>(Down());

        public override ValueTask<IReadOnlyList<AlertView>> ListAlertsAsync(
            AlertList list, CancellationToken cancellationToken) =>
            ValueTask.FromException<IReadOnlyList<AlertView>>(Down());

        private static SqliteException Down() => new("disk I/O error at /srv/data", 10);
    }

    private sealed class PoisonedGrains : IGrains
    {
        private static readonly Answer Poison = new(new LogPosition(1, 2, 3), Outcome.Poison, "Of the inside", null);

        public PolicyVersion Policy { get; } = new()
        {
            Version = 1,
            Settings = new PolicySettings { DefaultTeam = "ml-platform" },
        };

        public ValueTask<Answer[]> SendAsync(IReadOnlyList<GrainCommand> commands, CommandClass commandClass) =>
            ValueTask.FromResult(commands.Select(_ => Poison).ToArray());

        public ValueTask<Answer> SendAsync(GrainId to, Command command, CommandClass commandClass,
            RetryKey? retry = null) => ValueTask.FromResult(Poison);

        public ValueTask<GrainState?> ReadAsync(GrainId grain) => ValueTask.FromResult<GrainState?>(null);

        public Task PolicyInForceAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class FullGrains : IGrains
    {
        public PolicyVersion Policy { get; } = new()
        {
            Version = 1,
            Settings = new PolicySettings { DefaultTeam = "ml-platform" },
        };

        public ValueTask<Answer[]> SendAsync(IReadOnlyList<GrainCommand> commands, CommandClass commandClass) =>
            throw Full();

        public ValueTask<Answer> SendAsync(GrainId to, Command command, CommandClass commandClass,
            RetryKey? retry = null) =>
            throw Full();

        public ValueTask<GrainState?> ReadAsync(GrainId grain) => throw Full();

        public Task PolicyInForceAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        private static UnavailableException Full() => new("The queue is full", TimeSpan.FromSeconds(2.5));
    }
}
