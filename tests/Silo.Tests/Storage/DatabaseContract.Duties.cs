using System.Collections.Concurrent;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Audit;
using Correlation.Silo.Storage;
using Correlation.TestKit;
using Correlation.TestKit.Processes;
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

        Assert.Equal(
            [("broken", "has no timer for its next step at 2026-11-02 09:01:00 UTC")], (await AuditAsync()).Faults);
    }

    [Fact]
    public async Task The_audit_finds_what_was_climbed_and_reached_nobody()
    {
        var unheard = Paging("unheard", Noon.AddMinutes(1));
        unheard = unheard with { Ladder = unheard.Ladder with { Unheard = 1 } };
        Keep(
            unheard,
            unheard with { Id = "held-back", HeldBack = new HeldBack(QuietMode.Suppress, Noon, Noon.AddHours(1), 1) },
            unheard with { Id = "heard-now", Ladder = unheard.Ladder with { HasArrived = true } },
            Held("in-hand") with { Ladder = unheard.Ladder });

        Assert.Equal(
            [("unheard", "has climbed default and reached nobody: see its timeline")], (await AuditAsync()).Faults);
    }

    [Fact]
    public async Task The_audit_finds_a_quiet_spell_whose_end_was_lost()
    {
        var quiet = Paging("whole", null) with { OpenMembers = 0, PageableMembers = 0, QuietUntil = Noon.AddMinutes(20) };
        Keep(quiet, quiet with { Id = "broken" });
        Commit(turn => turn.Timers.Add(new TimerWrite(0, new GrainId(GrainKind.Incident, "broken"), "quiet", null)));

        Assert.Equal(
            [("broken", "has no timer for the end of its quiet spell at 2026-11-02 09:20:00 UTC")],
            (await AuditAsync()).Faults);
    }

    [Fact]
    public async Task What_quiet_hours_hold_back_is_told_in_bounded_numbers_at_a_time()
    {
        Keep([.. Enumerable.Range(0, 250).Select(n => Paging($"held{n:D5}", Noon.AddHours(1)) with
        {
            HeldBack = new HeldBack(QuietMode.Suppress, Noon, Noon.AddHours(1), 1),
        })]);
        var grains = new ToldGrains { Waits = true };

        var running = new IncidentAudit((IDuties)Reads, Reads, grains, new ManualClock(Noon)).RunAsync(None);
        foreach (var told in new[] { 100, 200, 250 })
        {
            await Poll.UntilAsync(
                () => Task.FromResult(grains.Told.Count >= told), TimeSpan.FromSeconds(20), () => $"{told} are told");
            Assert.Equal(told, grains.Told.Count);
            grains.AnswerAll();
        }

        Assert.Empty((await running).Faults);
    }

    [Fact]
    public async Task The_audit_finds_states_that_nothing_would_ever_wake()
    {
        Keep(
            Paging("a", null),
            Paging("b", Noon.AddMinutes(-2)),
            Held("c") with { AcknowledgedBy = null },
            Held("stored before who did it was always named") with { AcknowledgedBy = "" },
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
        Commit(turn =>
            turn.Timers.Add(
                new TimerWrite(
                    0, new GrainId(GrainKind.Incident, "failing"), "step", new GrainTimer("step", later))));

        (string, string)[] expected = [("failing", "waits since 2026-11-02 09:00:30 UTC for its next step")];
        Assert.Equal(expected, (await audit.RunAsync(None)).Faults);
        Assert.Equal(expected, (await audit.RunAsync(None)).Faults);
    }

    [Fact]
    public async Task The_audit_goes_on_over_an_incident_that_cannot_be_read()
    {
        Keep(Paging("a", null), Paging("b", null));
        var reads = HookedReads.Over(
            Reads, id => _ = id == "a" ? throw new System.Text.Json.JsonException("no such shape") : id);

        var round = await new IncidentAudit((IDuties)Reads, reads, new ToldGrains(), new ManualClock(Noon))
            .RunAsync(None);

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
        private readonly ConcurrentQueue<TaskCompletionSource<Answer>> _waiting = new();

        public ConcurrentQueue<string> Told { get; } = new();

        /// <summary>Answers nobody before it is asked to.</summary>
        public bool Waits { get; init; }

        public PolicyVersion Policy => Policies.Small;

        public ValueTask<Answer[]> SendAsync(IReadOnlyList<GrainCommand> commands, CommandClass commandClass) =>
            throw new NotSupportedException();

        public ValueTask<Answer> SendAsync(
            GrainId to, Command command, CommandClass commandClass, RetryKey? retry = null)
        {
            var answer = new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(answer);
            Told.Enqueue(to.Key);
            if (!Waits)
            {
                AnswerAll();
            }

            return new(answer.Task);
        }

        public void AnswerAll()
        {
            while (_waiting.TryDequeue(out var answer))
            {
                answer.SetResult(new Answer(default, Outcome.Repeat, "", null));
            }
        }

        public ValueTask<GrainState?> ReadAsync(GrainId grain) => throw new NotSupportedException();

        public Task PolicyInForceAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
