using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using NodaTime;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

/// <summary>A window every day from 10:10 to 10:40 UTC over the models of a team; the clock begins at 10:00.</summary>
public sealed class MaintenanceStoryTests : IDisposable
{
    private static readonly PolicyVersion Planned = Policies.Small with
    {
        Maintenance =
        [
            new MaintenanceWindow(
                "w-1", "retrain", "",
                new MaintenanceScope(Policies.Match("entity=~\"model:.*\""), ["ml-platform"], [], []),
                "UTC", new LocalDateTime(2026, 1, 1, 10, 10), TimeSpan.FromMinutes(30), Recurrence.Daily, [], null),
        ],
    };

    private readonly ShardInMemory _shard = new();

    public MaintenanceStoryTests()
    {
        _shard.Publish(Planned);
        _shard.Settle();
    }

    [Fact]
    public void What_fires_inside_it_names_it_and_pages_when_it_ends()
    {
        Pass(11);
        Fire("model");
        Pass(28);
        Assert.Equal(["maintenance:retrain"], Incident("model").SuppressedBy);
        Assert.Empty(Incident("model").Pages);
        Assert.Equal(
            "In maintenance window retrain",
            Assert.Single(_shard.Journal.SelectMany(w => w.Timeline), l => l.Entry.Type == "suppression").Entry.Text);

        Pass(1);
        Assert.Single(Incident("model").Pages);
    }

    [Fact]
    public void What_fires_when_it_begins_is_held_back_until_it_ends_and_the_same_on_the_next_day()
    {
        Fire("model");
        Assert.Single(Incident("model").Pages);
        Pass(11);
        Assert.Equal(["maintenance:retrain"], Incident("model").SuppressedBy);
        Pass(28);
        var held = Incident("model").Pages.Count;
        Pass(2);
        Assert.Equal(held + 1, Incident("model").Pages.Count);
        Assert.Empty(Incident("model").SuppressedBy);

        Pass(24 * 60);
        Assert.Empty(Incident("model").SuppressedBy);
        Pass(-30 + 60);
        Assert.Empty(Incident("model").SuppressedBy);
        Pass((24 * 60) - 50);
        Assert.Equal(["maintenance:retrain"], Incident("model").SuppressedBy);
    }

    [Fact]
    public void What_it_does_not_cover_pages_inside_it()
    {
        Pass(11);
        Fire("job");

        Assert.Single(Incident("job").Pages);
    }

    [Fact]
    public void A_window_that_began_and_ended_while_we_were_down_holds_nothing_back()
    {
        Fire("model");
        Pass(11);
        _shard.Now += TimeSpan.FromHours(1);
        _shard.Crash();
        _shard.Publish(Planned);
        _shard.Settle();

        Assert.Empty(Incident("model").SuppressedBy);
    }

    [Fact]
    public void One_that_is_taken_out_of_the_configuration_lets_go_at_once()
    {
        Pass(11);
        Fire("model");
        _shard.Publish(Policies.Small);
        _shard.Settle();

        Assert.Single(Incident("model").Pages);
    }

    public void Dispose() => _shard.Dispose();

    private void Pass(double minutes) => _shard.Advance(TimeSpan.FromMinutes(minutes));

    private IncidentState Incident(string alias) => _shard.Read<IncidentState>(_shard.IncidentOf(alias))!;

    private void Fire(string type) => _shard.Send(
        new GrainId(GrainKind.Alert, type),
        new AlertCommand.Receive(new Signal { Alias = type, Message = "Ill", Entity = type + ":churn" }));
}
