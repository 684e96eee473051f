using System.Net;
using System.Text.Json;
using Correlation.Gateway.Opsgenie;
using Correlation.Gateway.Seams;
using Correlation.Gateway.Tests.Keys;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie.Search;

public sealed class AlertListQueryTests : IAsyncLifetime
{
    private readonly CountedFilters _reads = new();
    private GatewayHost _host = null!;

    public async Task InitializeAsync() =>
        _host = await GatewayHost.StartAsync(new PolicyOnly(), _reads, app => app.MapOpsgenie());

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("message%3A%20%28disk%20full%29")]
    [InlineData("message:+(disk+full)")]
    [InlineData("message: (disk full)")]
    public async Task A_query_arrives_with_spaces_as_they_are_as_plus_or_encoded(string query)
    {
        using var answer = await _host.Http.GetAsync("/v2/alerts/count?query=" + query);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var asked = _reads.Asked!.Where!(SearchDialect.Sqlite);
        Assert.Equal("(a.message LIKE @q0 ESCAPE '!' AND a.message LIKE @q1 ESCAPE '!')", asked.Text);
        Assert.Equal(["%disk%", "%full%"], asked.Parameters);
    }

    [Fact]
    public async Task A_bad_query_is_refused_with_what_is_allowed()
    {
        using var answer = await _host.Http.GetAsync("/v2/alerts?query=status:broken");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(
            "query, character 8: `status`: expected one of open, closed, found `broken`",
            body.RootElement.GetProperty("errors").GetProperty("query").GetString());
    }

    [Fact]
    public async Task The_time_of_the_acknowledgement_is_sorted_by_as_a_time()
    {
        using var answer = await _host.Http.GetAsync("/v2/alerts?sort=report.ackTime&order=asc");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(("acknowledged_at", false), (_reads.Listed!.SortColumn, _reads.Listed.Descending));
    }

    private sealed class CountedFilters : NoReads
    {
        public AlertFilter? Asked { get; private set; }

        public AlertList? Listed { get; private set; }

        public override ValueTask<IReadOnlyList<AlertView>> ListAlertsAsync(
            AlertList list, CancellationToken cancellationToken)
        {
            Listed = list;
            return ValueTask.FromResult<IReadOnlyList<AlertView>>([]);
        }

        public override ValueTask<long> CountAlertsAsync(AlertFilter filter, CancellationToken cancellationToken)
        {
            Asked = filter;
            return ValueTask.FromResult(0L);
        }
    }
}
