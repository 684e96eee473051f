using System.Diagnostics.Metrics;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage.Sqlite;
using Correlation.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

/// <summary>The loop over the real embedded store, on a clock the test moves.</summary>
public sealed class ShardTests : IDisposable
{
    private static readonly GrainId Churn = new(GrainKind.Alert, "model-accuracy-churn");

    private readonly string _folder = Directory.CreateTempSubdirectory("shard-").FullName;
    private readonly Meter _meter = new("test");
    private SqliteStore _store;
    private ShardInbox _inbox = new(new ShardOptions());
    private Shard _shard;
    private DateTimeOffset _now = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    public ShardTests() => (_store, _shard) = Start();

    [Fact]
    public void Creating_an_alert_opens_an_incident_and_pages_the_person_on_call()
    {
        Send(Receive());

        var incident = Incident();
        var page = Assert.Single(incident.Pages);
        Assert.Equal(IncidentStatus.Open, incident.Status);
        Assert.Equal(Policies.Primary, page.Who);
        Assert.Equal(_now + TimeSpan.FromMinutes(5), incident.Ladder.NextAt);
    }

    [Fact]
    public void A_page_names_the_policy_version_it_was_decided_under()
    {
        Send(Receive());

        var page = Assert.Single(Incident().Pages);
        Assert.Equal(_shard.Policy.Version, page.PolicyVersion);
        Assert.True(page.PolicyVersion > 0, "A version was taken at the start.");
    }

    [Fact]
    public void A_repeat_counts_and_survives_a_crash_without_a_checkpoint()
    {
        Send(Receive());
        Send(Receive());
        Send(Receive());

        Crash();

        Assert.Equal(3, Alert().Count.Seen);
    }

    [Fact]
    public void The_ladder_climbs_until_somebody_acknowledges()
    {
        Send(Receive());
        Advance(TimeSpan.FromMinutes(5));
        Send(new AlertCommand.Handle(null, new IncidentCommand.Acknowledge(Policies.Secondary, "")));
        Advance(TimeSpan.FromMinutes(30));

        var incident = Incident();
        Assert.Equal([Policies.Primary, Policies.Secondary], incident.Pages.Select(p => p.Who));
        Assert.Equal(IncidentStatus.Acknowledged, incident.Status);
        Assert.Equal(Policies.Secondary, incident.Owner);
        Assert.All(incident.Pages, p => Assert.Equal(DeliveryState.Cancelled, p.State));
    }

    [Fact]
    public void A_step_that_came_due_while_down_fires_at_once_and_the_next_keeps_its_distance()
    {
        Send(Receive());
        _now += TimeSpan.FromHours(1);
        Crash();

        var incident = Incident();
        Assert.Equal(2, incident.Pages.Count);
        Assert.Contains("late by 3300 s", incident.Pages[^1].Reason, StringComparison.Ordinal);
        Assert.Equal(_now + TimeSpan.FromMinutes(5), incident.Ladder.NextAt);
    }

    [Fact]
    public void Closing_the_alert_resolves_the_incident_and_the_next_create_is_a_new_episode_that_reopens_it()
    {
        Send(Receive());
        var first = Alert();
        Send(new AlertCommand.Close(null, "", "api", "", ByPerson: false));
        Assert.Equal(IncidentStatus.Resolved, Incident().Status);

        Advance(TimeSpan.FromMinutes(1));
        Send(Receive());

        Assert.Equal(2, Alert().Episode);
        Assert.NotEqual(first.Id, Alert().Id);
        Assert.Equal(IncidentStatus.Open, Incident().Status);
        Assert.Equal(2, Incident().MemberCount);
    }

    [Fact]
    public void Two_episodes_begun_in_one_turn_leave_one_current_alert_after_a_crash()
    {
        var request = new Submission.Request(
            [new(Churn, Receive()), new(Churn, new AlertCommand.Close(null, "", "api", "", ByPerson: false)), new(Churn, Receive())], null);
        _inbox.Add(request, CommandClass.Intake);
        Drain();
        Crash();
        Send(Receive());

        Assert.Equal(AlertStatus.Open, Alert().Status);
        Assert.Equal(2, Alert().Episode);
        Assert.Equal(2, Alert().Count.Seen);
    }

    [Fact]
    public void A_snooze_to_the_end_of_time_is_refused_and_stops_nothing()
    {
        Send(Receive());
        Send(new AlertCommand.Handle(null, new IncidentCommand.Snooze(DateTimeOffset.MaxValue, "me", "")));
        Crash();

        Assert.Equal(IncidentStatus.Open, Incident().Status);
    }

    [Fact]
    public void A_silenced_alert_pages_when_its_silence_ends()
    {
        var silence = new Silencing(
            "s1", Policies.Match("model=churn_model"), _now, _now + TimeSpan.FromHours(1), "me", "");
        Send(new GrainId(GrainKind.Silence, "s1"), new Grains.Silences.SilenceCommand.Set(silence));
        Send(Receive());
        Assert.Empty(Incident().Pages);
        Assert.Equal(["s1"], Incident().SuppressedBy);

        Advance(TimeSpan.FromMinutes(30));
        Send(Receive());
        Assert.Empty(Incident().Pages);

        Advance(TimeSpan.FromMinutes(31));
        Assert.Single(Incident().Pages);
    }

    [Fact]
    public void Silence_measured_while_we_were_down_expires_nothing()
    {
        Send(Receive(resends: true));
        _now += TimeSpan.FromMinutes(10);
        Crash();
        Assert.Equal(AlertStatus.Open, Alert().Status);

        Advance(TimeSpan.FromMinutes(4));
        Send(Receive(resends: true));
        Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(AlertStatus.Open, Alert().Status);

        Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(ClosedHow.Expired, Alert().ClosedHow);
    }

    public void Dispose()
    {
        _store.Dispose();
        _inbox.Dispose();
        _meter.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static AlertCommand.Receive Receive(bool resends = false) => new(new Signal
    {
        Alias = Churn.Key,
        Message = "Model Accuracy Drop - churn_model",
        Labels = Labels.From([new("model", "churn_model")]),
        Tags = ["ml", "model-quality"],
        Entity = "churn_model",
        Source = "test",
        ResendsWhileFiring = resends,
    });

    private (SqliteStore Store, Shard Shard) Start()
    {
        _store = new SqliteStore(_folder, NullLogger<SqliteStore>.Instance);
        _shard = new Shard(
            new ShardOptions(), _store, _inbox, Policies.Small, new ShardMetrics(_meter, NullLogger<Shard>.Instance));
        Drain();
        return (_store, _shard);
    }

    private void Crash()
    {
        _store.Dispose();
        _inbox = new ShardInbox(new ShardOptions());
        Start();
    }

    private void Advance(TimeSpan time)
    {
        // In small steps, as the host's wake-ups would: every timer fires at its own time.
        for (var end = _now + time; _now < end;)
        {
            _now += TimeSpan.FromSeconds(1) < end - _now ? TimeSpan.FromSeconds(1) : end - _now;
            Drain();
        }
    }

    private void Drain()
    {
        for (var turns = 0; _shard.Turn(_now) <= _now; turns++)
        {
            Assert.True(turns < 1000, "The shard still has work after 1,000 turns at one time.");
        }
    }

    private void Send(AlertCommand command) => Send(Churn, command);

    private void Send(GrainId to, Command command)
    {
        var request = new Submission.Request([new GrainCommand(to, command)], null);
        _inbox.Add(request, CommandClass.Person);
        Drain();
        Assert.True(request.Done.IsCompletedSuccessfully, $"{command} was not answered.");
    }

    private AlertState Alert() => (AlertState)Read(Churn)!;

    private IncidentState Incident() => (IncidentState)Read(new GrainId(GrainKind.Incident, Alert().IncidentId!))!;

    private GrainState? Read(GrainId id)
    {
        var read = new Submission.Read(id);
        _inbox.Add(read, CommandClass.Person);
        Drain();
        Assert.True(read.Done.IsCompletedSuccessfully, $"{id} was not read.");
        return read.Done.Result;
    }
}
