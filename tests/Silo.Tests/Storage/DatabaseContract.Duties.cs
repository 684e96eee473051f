using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Audit;
using Correlation.Silo.Storage;
using Correlation.TestKit;
using Correlation.TestKit.Time;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public abstract partial class DatabaseContract
{
    private static readonly DateTimeOffset Noon = Given.At(3600);

    [Fact]
    public async Task The_audit_passes_over_incidents_that_have_a_next_step_an_owner_or_an_end()
    {
        Keep(
            Paging("open", Noon.AddMinutes(1)),
            Paging("late-by-a-moment", Noon.AddSeconds(-30)),
            Held("acknowledged"),
            Paging("snoozed", null) with { Status = IncidentStatus.Snoozed, SnoozedUntil = Noon.AddHours(1) },
            Paging("silenced", null) with { PageableMembers = 0, SuppressedBy = ["s"] },
            Paging("over", null) with { Status = IncidentStatus.Resolved });

        var round = await AuditAsync();

        Assert.Equal((5, 0), (round.Checked, round.Faults.Count));
    }

    [Fact]
    public async Task The_audit_finds_a_timer_that_was_lost()
    {
        Keep(Paging("whole", Noon.AddMinutes(1)), Paging("broken", Noon.AddMinutes(1)));
        Commit(turn => turn.Timers.Add(new TimerWrite(0, new GrainId(GrainKind.Incident, "broken"), "step", null)));

        Assert.Equal([("broken", "has no timer for its next step at 2026-11-02 09:01:00 UTC")], (await AuditAsync()).Faults);
    }

    [Fact]
    public async Task The_audit_finds_states_that_nothing_would_ever_wake()
    {
        Keep(
            Paging("a", null),
            Paging("b", Noon.AddMinutes(-2)),
            Held("c") with { AcknowledgedBy = null },
            Held("d") with { AcknowledgedUntil = null },
            Paging("e", null) with { Status = IncidentStatus.Snoozed });

        Assert.Equal(
            [
                ("a", "is open and has no next step"),
                ("b", "waits since 2026-11-02 08:58:00 UTC for its next step"),
                ("c", "is acknowledged and nobody has it"),
                ("d", "is acknowledged for ever"),
                ("e", "is snoozed for ever"),
            ],
            (await AuditAsync()).Faults);
    }

    [Fact]
    public async Task The_audit_goes_on_where_a_slice_ended_and_tells_what_quiet_hours_hold_back()
    {
        Keep([.. Enumerable.Range(0, IncidentAudit.SliceRows + 5).Select(n => Paging($"i{n:D5}", Noon.AddMinutes(1)))]);
        Keep(Paging("held", Noon.AddHours(1)) with { HeldBack = new HeldBack(QuietMode.Suppress, Noon, Noon.AddHours(1), 1) });
        var grains = new ToldGrains();
        var clock = new ManualClock(Noon);
        var audit = new IncidentAudit((IDuties)Reads, Reads, grains, clock);

        var running = audit.RunAsync(None);
        while (clock.NextDue is null && !running.IsCompleted)
        {
            await Task.Yield();
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((IncidentAudit.SliceRows + 6, 0), ((await running).Checked, (await running).Faults.Count));
        Assert.Equal(["held"], grains.Told);
    }

    [Fact]
    public async Task The_audit_finds_a_step_that_fails_again_and_again()
    {
        Keep(Paging("failing", Noon.AddSeconds(30)));
        var clock = new ManualClock(Noon);
        var audit = new IncidentAudit((IDuties)Reads, Reads, new ToldGrains(), clock);
        Assert.Empty((await audit.RunAsync(None)).Faults);

        clock.Advance(TimeSpan.FromMinutes(3));
        var later = Noon.AddMinutes(10);
        Commit(turn => turn.Timers.Add(new TimerWrite(0, new GrainId(GrainKind.Incident, "failing"), "step", new GrainTimer("step", later))));

        (string, string)[] expected = [("failing", "waits since 2026-11-02 09:00:30 UTC for its next step")];
        Assert.Equal(expected, (await audit.RunAsync(None)).Faults);
        Assert.Equal(expected, (await audit.RunAsync(None)).Faults);
    }

    [Fact]
    public async Task The_audit_goes_on_over_an_incident_that_cannot_be_read()
    {
        Keep(Paging("a", null), Paging("b", null));
        var reads = HookedReads.Over(Reads, id => _ = id == "a" ? throw new System.Text.Json.JsonException("no such shape") : id);

        var round = await new IncidentAudit((IDuties)Reads, reads, new ToldGrains(), new ManualClock(Noon)).RunAsync(None);

        Assert.Equal([("a", "cannot be read: no such shape"), ("b", "is open and has no next step")], round.Faults);
    }

    [Fact]
    public async Task The_audit_takes_no_incident_for_faulty_that_moves_while_it_looks()
    {
        Keep(Paging("moving", Noon.AddMinutes(-2)));
        var reads = HookedReads.Over(Reads, id => Commit(turn => turn.Timers.Add(
            new TimerWrite(0, new GrainId(GrainKind.Incident, id), "step", new GrainTimer("step", Noon.AddMinutes(5))))));

        Assert.Empty((await new IncidentAudit((IDuties)Reads, reads, new ToldGrains(), new ManualClock(Noon)).RunAsync(None)).Faults);
    }

    private static IncidentState Paging(string id, DateTimeOffset? next) => Given.Incident(id, 1) with
    {
        OpenMembers = 1,
        PageableMembers = 1,
        Ladder = Given.Incident(id, 1).Ladder with { NextAt = next },
    };

    private static IncidentState Held(string id) => Paging(id, null) with
    {
        Status = IncidentStatus.Acknowledged,
        AcknowledgedBy = "ann",
        AcknowledgedUntil = Noon.AddHours(8),
    };

    /// <summary>As the engine does: timers are those of the states.</summary>
    private void Keep(params IncidentState[] incidents) => Commit(turn =>
    {
        foreach (var incident in incidents)
        {
            turn.Grains.Add(Given.Write(incident, 1));
            turn.Timers.AddRange(incident.Timers.Select(timer => new TimerWrite(0, incident.Grain, timer.Name, timer)));
        }
    });

    private Task<AuditRound> AuditAsync() =>
        new IncidentAudit((IDuties)Reads, Reads, new ToldGrains(), new ManualClock(Noon)).RunAsync(None);

    /// <summary>Remembers whom it told something.</summary>
    private sealed class ToldGrains : IGrains
    {
        public List<string> Told { get; } = [];

        public PolicyVersion Policy => Policies.Small;

        public ValueTask<Answer[]> SendAsync(IReadOnlyList<GrainCommand> commands, CommandClass commandClass) =>
            throw new NotSupportedException();

        public ValueTask<Answer> SendAsync(GrainId to, Command command, CommandClass commandClass, string? idempotencyKey = null)
        {
            Told.Add(to.Key);
            return new(new Answer(default, Outcome.Repeat, "", null));
        }

        public ValueTask<GrainState?> ReadAsync(GrainId grain) => throw new NotSupportedException();

        public Task PolicyInForceAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
