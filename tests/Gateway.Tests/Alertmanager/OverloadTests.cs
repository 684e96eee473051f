using System.Net;
using System.Text;
using System.Text.Json;
using Correlation.Gateway.Alertmanager;
using Correlation.Gateway.Seams;
using Correlation.Gateway.Tests.Admin;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Correlation.Gateway.Tests.Alertmanager;

/// <summary>A queue that is full, a store that is down, an alert that cannot be decided.</summary>
public sealed class OverloadTests
{
    private const string Alerts = """[{"labels":{"a":"1"}},{"labels":{"a":"2"}}]""";
    private const string Silence = """
        {"matchers":[{"name":"a","value":"b","isRegex":false}],"startsAt":"2999-01-01T00:00:00Z","endsAt":"2999-01-02T00:00:00Z",
         "createdBy":"ada","comment":""}
        """;

    [Theory]
    [InlineData("/api/v2/alerts", Alerts)]
    [InlineData("/webhooks/alertmanager", """{"alerts":[{"labels":{"a":"1"}}]}""")]
    [InlineData("/api/v2/silences", Silence)]
    public async Task What_cannot_be_taken_now_is_503_with_the_time_to_wait(string path, string body)
    {
        var (answer, text) = await PostAsync(
            path, body, _ => throw new UnavailableException("The queue is full", TimeSpan.FromSeconds(2.5)));
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "3"),
            (answer.StatusCode, answer.Headers.GetValues("Retry-After").Single()));
        Assert.Equal("The queue is full", JsonDocument.Parse(text).RootElement.GetProperty("message").GetString());
    }

    [Fact]
    public async Task One_alert_that_could_not_be_decided_is_an_error_that_names_it()
    {
        var (answer, text) = await PostAsync("/api/v2/alerts", Alerts, commands =>
            [.. commands.Select((_, i) => new Answer(default, i == 1 ? Outcome.Poison : Outcome.Material, $"reason {i}", null))]);
        Assert.Equal((HttpStatusCode.InternalServerError, "\"reason 1\""), (answer.StatusCode, text));
    }

    [Fact]
    public async Task A_fault_of_ours_is_500_and_tells_nothing_of_the_inside()
    {
        var (answer, text) = await PostAsync(
            "/api/v2/alerts", Alerts, _ => throw new InvalidOperationException("inside"));
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("inside\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v2/alerts")]
    [InlineData("/api/v2/alerts/groups")]
    [InlineData("/api/v2/silences")]
    public async Task A_store_that_is_down_is_503_with_the_time_to_wait(string path)
    {
        await using var host = await GatewayHost.StartAsync(
            new DecidingGrains(_ => []),
            new DownReads(),
            app => app.MapAlertmanager(),
            services => services.AddSingleton<IReadiness>(new FixedReadiness(FixedReadiness.Well)));
        using var answer = await host.Http.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "1"),
            (answer.StatusCode, answer.Headers.GetValues("Retry-After").Single()));
        Assert.Equal(
            "The store does not answer.", JsonDocument.Parse(text).RootElement.GetProperty("message").GetString());
    }

    private static async Task<(HttpResponseMessage Answer, string Text)> PostAsync(
        string path, string body, Func<IReadOnlyList<GrainCommand>, Answer[]> decide)
    {
        await using var host = await GatewayHost.StartAsync(
            new DecidingGrains(decide),
            new DownReads(),
            app => app.MapAlertmanager(),
            services => services.AddSingleton<IReadiness>(new FixedReadiness(FixedReadiness.Well)));
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await host.Http.PostAsync(path, content);
        return (answer, await answer.Content.ReadAsStringAsync());
    }

    private sealed class DownReads : NoReads
    {
        public override ValueTask<IReadOnlyList<AlertView>> ListAlertsAsync(
            AlertList list, CancellationToken cancellationToken) =>
            ValueTask.FromException<IReadOnlyList<AlertView>>(Down());

        public override ValueTask<IReadOnlyList<GrainState>> ListGrainsAsync(
            GrainKind kind, string? after, int limit, CancellationToken cancellationToken) =>
            ValueTask.FromException<IReadOnlyList<GrainState>>(Down());

        private static SqliteException Down() => new("disk I/O error at /srv/data", 10);
    }

    private sealed class DecidingGrains(Func<IReadOnlyList<GrainCommand>, Answer[]> decide) : IGrains
    {
        public PolicyVersion Policy { get; } = new() { Version = 1, Settings = new PolicySettings { DefaultTeam = "ml-platform" } };

        public ValueTask<Answer[]> SendAsync(IReadOnlyList<GrainCommand> commands, CommandClass commandClass) =>
            new(decide(commands));

        public ValueTask<Answer> SendAsync(
            GrainId to, Command command, CommandClass commandClass, RetryKey? retry = null) =>
            throw new NotSupportedException();

        public ValueTask<GrainState?> ReadAsync(GrainId grain) => throw new NotSupportedException();

        public Task PolicyInForceAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
