using System.Text.Json;
using Correlation.Gateway.Query;
using Correlation.Gateway.Seams;
using Correlation.Gateway.Tests.Keys;
using Correlation.Grains.Incidents;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class FaultTests
{
    [Fact]
    public async Task Overload_says_when_to_come_again()
    {
        var (status, retryAfter, problem) = await AskAsync(
            new UnavailableException("The queue is full", TimeSpan.FromSeconds(2.5)));
        Assert.Equal((503, TimeSpan.FromSeconds(3)), (status, retryAfter));
        Assert.Equal("The queue is full", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_store_that_is_down_is_temporary_too()
    {
        var (status, retryAfter, problem) = await AskAsync(new SqliteException("disk I/O error at /srv/data", 10));
        Assert.Equal((503, TimeSpan.FromSeconds(1)), (status, retryAfter));
        Assert.DoesNotContain("/srv/data", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bug_is_a_problem_that_tells_the_caller_nothing_of_the_inside()
    {
        var (status, retryAfter, problem) = await AskAsync(new InvalidOperationException("secret"));
        Assert.Equal((500, null), (status, retryAfter));
        Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.Ordinal);
    }

    private static async Task<(int Status, TimeSpan? RetryAfter, JsonElement Problem)> AskAsync(Exception fault)
    {
        await using var host = await GatewayHost.StartAsync(
            new PolicyOnly(), new Failing(fault), app => app.MapNative(), services => services.AddNative());
        using var answer = await host.Http.GetAsync("/api/v1/incidents");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return ((int)answer.StatusCode, answer.Headers.RetryAfter?.Delta, problem);
    }

    private sealed class Failing(Exception fault) : NoReads
    {
        public override ValueTask<IReadOnlyList<IncidentState>> ListIncidentsAsync(
            IncidentList list, CancellationToken cancellationToken) =>
            ValueTask.FromException<IReadOnlyList<IncidentState>>(fault);
    }
}
