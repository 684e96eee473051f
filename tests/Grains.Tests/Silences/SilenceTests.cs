using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Silences;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Silences;

public sealed class SilenceTests
{
    private static readonly Silencing Now = new(
        "s", Policies.Match("{a=\"b\"}"), Start, Start.AddHours(1), "ann", "deploy");
    private static readonly Silencing Later = Now with { StartsAt = Start.AddMinutes(30) };
    private static readonly SilenceState Active = Silence.Decide(null, new SilenceCommand.Set(Now), Start).State!;
    private static readonly SilenceState Pending = Silence.Decide(null, new SilenceCommand.Set(Later), Start).State!;

    [Fact]
    public void A_silence_is_in_the_policy_from_the_decision_on_and_wakes_at_its_end() =>
        Assert.Equal(
            Published("Silence made", Now, Start, Start.AddHours(1)),
            Silence.Decide(null, new SilenceCommand.Set(Now), Start));

    [Fact]
    public void Over_what_it_ended_is_said_once_for_each_incident_and_for_twenty_at_most()
    {
        var end = Now.EndsAt;
        Assert.Equal(
            Outcome.Repeat, Silence.Decide(Active, new SilenceCommand.EndedOver("i-0"), end.AddTicks(-1)).Outcome);

        var told = Silence.Decide(Active, new SilenceCommand.EndedOver("i-0"), end);
        Assert.Equal([ToIncident(new IncidentCommand.SilenceEnded(Now), "i-0")], told.Messages);
        Assert.Equal(Outcome.Repeat, Silence.Decide(told.State, new SilenceCommand.EndedOver("i-0"), end).Outcome);

        var many = Enumerable.Range(0, 20).Aggregate(
            Active, (state, i) => Silence.Decide(state, new SilenceCommand.EndedOver($"i-{i}"), end).State!);
        Assert.Equal(Outcome.Repeat, Silence.Decide(many, new SilenceCommand.EndedOver("i-20"), end).Outcome);
    }

    [Fact]
    public void A_start_in_the_past_is_moved_to_now() =>
        Assert.Equal(Start, Silence.Decide(null, new SilenceCommand.Set(Now with { StartsAt = Start.AddHours(-1) }), Start).State!.Silence.StartsAt);

    [Fact]
    public void An_edit_keeps_the_start_that_was_in_force()
    {
        var longer = Now with { EndsAt = Start.AddHours(3) };

        Assert.Equal(
            Published("Silence changed", longer, Start.AddMinutes(10), Start.AddHours(3), extensions: 1),
            Silence.Decide(Active, new SilenceCommand.Set(longer), Start.AddMinutes(10)));
    }

    [Fact]
    public void A_pending_silence_wakes_at_its_start_and_then_at_its_end()
    {
        Assert.Equal([new GrainTimer("turn", Start.AddMinutes(30))], Pending.Timers);
        Assert.Equal(
            Published("Silence began", Later, Start.AddMinutes(30), Start.AddHours(1)),
            Silence.Decide(Pending, new SilenceCommand.TimerFired("turn", Start.AddMinutes(30)), Start.AddMinutes(30)));
    }

    [Fact]
    public void It_counts_how_often_its_end_was_moved_on_and_begins_anew_when_it_had_ended()
    {
        var edits = new[] { 2, 3, 2, 4 }.Select(
            hours => new SilenceCommand.Set(Now with { EndsAt = Start.AddHours(hours) }));
        var moved = edits.Aggregate(Active, (state, edit) => Silence.Decide(state, edit, Start.AddMinutes(10)).State!);
        Assert.Equal(3, moved.Extensions);

        var ended = Silence.Decide(moved, new SilenceCommand.Expire("ann"), Start.AddMinutes(20)).State!;
        Assert.Equal(3, ended.Extensions);
        Assert.Equal(0, Silence.Decide(ended, new SilenceCommand.Set(Now with { EndsAt = Start.AddHours(9) }), Start.AddMinutes(30)).State!.Extensions);
    }

    [Fact]
    public void At_its_end_it_leaves_the_policy() =>
        Assert.Equal(
            Gone("Silence ended", Now, Start.AddHours(1)),
            Silence.Decide(Active, new SilenceCommand.TimerFired("turn", Start.AddHours(1)), Start.AddHours(1)));

    [Fact]
    public void Ended_by_hand_it_leaves_the_policy_at_once_and_a_pending_one_never_starts()
    {
        var at = Start.AddMinutes(10);
        Assert.Equal(
            Gone("Silence ended by hand", Now with { EndsAt = at }, at),
            Silence.Decide(Active, new SilenceCommand.Expire("ann"), at));
        Assert.Equal(
            Gone("Silence ended by hand", Later with { StartsAt = at, EndsAt = at }, at),
            Silence.Decide(Pending, new SilenceCommand.Expire("ann"), at));
    }

    [Fact]
    public void Ending_an_ended_one_changes_nothing_and_so_does_its_late_timer()
    {
        var ended = Silence.Decide(Active, new SilenceCommand.Expire("ann"), Start.AddMinutes(10)).State;

        Assert.Equal(
            Unchanged("The silence has ended already"),
            Silence.Decide(ended, new SilenceCommand.Expire("ann"), Start.AddMinutes(11)));
        Assert.Equal(
            Unchanged("The timer was moved meanwhile"),
            Silence.Decide(ended, new SilenceCommand.TimerFired("turn", Start.AddHours(1)), Start.AddHours(1)));
    }

    [Fact]
    public void One_that_ends_before_now_or_before_its_start_is_refused_with_its_times() =>
        Assert.Equal(
            new Decision<SilenceState>
            {
                Outcome = Outcome.Refused,
                Reason = "A silence must end in the future and after its start; " +
                    "endsAt is 2026-01-05T10:00:00.0000000+00:00, startsAt is 2026-01-05T09:00:00.0000000+00:00",
            },
            Silence.Decide(
                null, new SilenceCommand.Set(Now with { StartsAt = Start.AddHours(-1), EndsAt = Start }), Start));

    [Fact]
    public void There_is_nothing_to_end_where_none_is() =>
        Assert.Equal(
            new Decision<SilenceState> { Outcome = Outcome.Refused, Reason = "There is no such silence" },
            Silence.Decide(null, new SilenceCommand.Expire("ann"), Start));

    private static Decision<SilenceState> Published(
        string reason, Silencing silence, DateTimeOffset at, DateTimeOffset next, int extensions = 0) =>
        Changed(reason, silence, at, next, extensions) with { Publish = new PolicyChange.SilenceSet(silence) };

    private static Decision<SilenceState> Gone(string reason, Silencing silence, DateTimeOffset at) =>
        Changed(reason, silence, at, null) with { Publish = new PolicyChange.SilenceGone("s") };

    private static Decision<SilenceState> Changed(
        string reason, Silencing silence, DateTimeOffset at, DateTimeOffset? next, int extensions = 0) => new()
        {
            Outcome = Outcome.Material,
            Reason = reason,
            State = new SilenceState { Silence = silence, UpdatedAt = at, NextAt = next, Extensions = extensions },
            Timeline = [new TimelineEntry(new GrainId(GrainKind.Silence, "s"), "silence", reason, "ann")],
        };

    private static Decision<SilenceState> Unchanged(string reason) =>
        new() { Outcome = Outcome.Repeat, Reason = reason };
}
