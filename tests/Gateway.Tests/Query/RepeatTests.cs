using System.Text.Json;
using Correlation.Gateway.Query;
using Correlation.Gateway.Seams;
using Correlation.Gateway.Tests.Keys;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

/// <summary>What stays of an alert's repeats, by the hour.</summary>
public sealed class RepeatTests
{
    private static readonly DateTimeOffset Opened = new(2026, 5, 4, 10, 20, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Hour = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_hour_says_how_often_from_when_to_when_and_the_longest_gap()
    {
        var page = await GetAsync(1, "/api/v1/alerts/churn/repeats");
        Assert.Equal(JsonValueKind.Null, page.GetProperty("next").ValueKind);
        var hour = Assert.Single(page.GetProperty("items").EnumerateArray());
        Assert.Equal((Hour, 60), (hour.GetProperty("hour").GetDateTimeOffset(), hour.GetProperty("count").GetInt64()));
        Assert.Equal(
            (Hour.AddMinutes(1), Hour.AddMinutes(59)),
            (hour.GetProperty("firstAt").GetDateTimeOffset(), hour.GetProperty("lastAt").GetDateTimeOffset()));
        Assert.Equal(90.5, hour.GetProperty("longestGapSeconds").GetDouble());
    }

    [Fact]
    public async Task Pages_go_back_from_the_newest_hour_to_the_one_the_alert_opened_in()
    {
        var (found, next) = (new List<DateTimeOffset>(), "");
        do
        {
            var page = await GetAsync(5, $"/api/v1/alerts/churn/repeats?limit=2{next}");
            found.AddRange(
                page.GetProperty("items").EnumerateArray().Select(h => h.GetProperty("hour").GetDateTimeOffset()));
            next = page.GetProperty("next").GetString() is { } cursor ? "&cursor=" + cursor : null;
        }
        while (next is not null);

        Assert.Equal([4, 3, 2, 1, 0], found.Select(hour => (hour - Hour).TotalHours));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("cursor=x", "cursor")]
    [InlineData("cursor=OTk5OTk5OTk5OTk5OTk5OTk5", "cursor")]
    public async Task A_wrong_parameter_is_named(string query, string field)
    {
        var problem = await GetAsync(1, "/api/v1/alerts/churn/repeats?" + query, status: 400);
        Assert.Equal(field, problem.GetProperty("field").GetString());
    }

    [Fact]
    public async Task Repeats_of_no_alert_are_not_found() =>
        await GetAsync(1, "/api/v1/alerts/unheard-of/repeats", status: 404);

    private static async Task<JsonElement> GetAsync(int hours, string path, int status = 200)
    {
        await using var host = await GatewayHost.StartAsync(
            new PolicyOnly(), new Repeated(hours), app => app.MapNative(), services => services.AddNative());
        using var answer = await host.Http.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>One closed alert, seen again in each of some hours from the one it opened in.</summary>
    private sealed class Repeated(int hours) : NoReads
    {
        public override ValueTask<AlertView?> FindAlertAsync(AlertRef reference, CancellationToken cancellationToken) =>
            new(reference.Alias == "churn" ? new AlertView(Closed(), null, IsCurrent: false) : null);

        public override ValueTask<IReadOnlyList<RepeatsInHour>> RepeatsAsync(
            string alias, DateTimeOffset from, DateTimeOffset before, int limit, CancellationToken cancellationToken) => new(
            [
                .. Enumerable.Range(0, hours)
                    .Select(n => Hour.AddHours(n))
                    .Where(hour => alias == "churn" && hour >= from && hour < before)
                    .OrderDescending()
                    .Take(limit)
                    .Select(hour => new RepeatsInHour(
                        hour, 60, hour.AddMinutes(1), hour.AddMinutes(59), TimeSpan.FromSeconds(90.5))),
            ]);

        private AlertState Closed() => new()
        {
            Alias = "churn",
            Episode = 1,
            Id = DerivedId.Of("alert", "churn", 1),
            Number = 1,
            Status = AlertStatus.Closed,
            Signal = new Signal { Alias = "churn", Message = "Model Accuracy Drop", Source = "prometheus" },
            Class = new Classification(
                "drift", "model:churn", "ml-platform", Priority.P2, "default", "model:churn", TimeSpan.FromMinutes(1),
                TimeSpan.Zero, TimeSpan.FromHours(4), null, "", [], 1),
            CreatedAt = Opened,
            UpdatedAt = Opened,
            ClosedAt = Hour.AddHours(hours - 1).AddMinutes(30),
            Count = new AlertTally(1, Opened, null, null),
        };
    }
}
