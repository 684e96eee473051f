using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>
/// In hand is what could page when somebody took it: what is more urgent and comes, or is let go by its silence, later
/// was not seen by anybody.
/// </summary>
public sealed class IncidentInHandTests
{
    private static readonly DateTimeOffset Later = Start.AddMinutes(2);
    private static readonly Member Outage = Another("outage", Priority.P1);
    private static readonly Member SilencedOutage = Outage with { SuppressedBy = ["s"] };
    private static readonly Member Latency = Another("latency", Priority.P3);
    private static readonly IncidentCommand Acknowledge = Person(new IncidentCommand.Acknowledge("ann", ""));
    private static readonly IncidentCommand Snooze = Person(new IncidentCommand.Snooze(Start.AddHours(1), "ann", ""));

    /// <summary>Opened by a P3; its first page arrived.</summary>
    private static readonly IncidentState Minor = Delivered(After(OpenedBy(Latency), Timer("step"), Start));

    public static readonly TheoryData<string> Ways = ["acknowledged", "snoozed"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_had_closed_before_is_not_in_hand(string way)
    {
        var both = Take(Decide(Decide(Minor, Join(Outage)), Closed(Outage)), way);

        var second = Another("second outage", Priority.P1);
        AssertPagesAnew(Decide(both, Join(second)), second);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_a_silence_held_back_is_not_in_hand_and_pages_when_it_ends(string way)
    {
        var taken = Take(Decide(Minor, Join(SilencedOutage)), way);

        AssertPagesAnew(Decide(taken, new IncidentCommand.MemberChanged(SilencedOutage, Outage)));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_joins_under_a_silence_later_pages_when_it_ends(string way)
    {
        var joined = Decide(Take(Minor, way), Join(SilencedOutage));

        Assert.NotEqual(IncidentStatus.Open, joined.Status);
        AssertPagesAnew(Decide(joined, new IncidentCommand.MemberChanged(SilencedOutage, Outage)));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Taken_while_everything_is_silenced_the_silenced_is_what_was_taken(string way)
    {
        var taken = Take(OpenedBy(SilencedOutage), way);

        var freed = Decide(taken, new IncidentCommand.MemberChanged(SilencedOutage, Outage));

        Assert.Equal((taken.Status, taken.Ladder.NextAt), (freed.Status, freed.Ladder.NextAt));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_was_in_hand_may_close_and_come_again(string way)
    {
        var gone = Decide(Take(Decide(Minor, Join(Outage)), way), Closed(Outage));

        var again = Decide(gone, Join(Another("second outage", Priority.P1)));

        Assert.Equal(gone.Status, again.Status);
    }

    [Fact]
    public void A_snooze_remembers_what_was_snoozed_and_forgets_it_with_its_end()
    {
        var snoozed = Decide(Decide(Minor, Join(SilencedOutage)), Snooze);

        Assert.Equal(Priority.P3, snoozed.SnoozedAtPriority);
        Assert.Null(After(snoozed, Timer("snooze"), Start.AddHours(1)).SnoozedAtPriority);
        Assert.Null(Decide(snoozed, Acknowledge).SnoozedAtPriority);
        Assert.Null(Decide(snoozed, Person(new IncidentCommand.Resolve("ann", ""))).SnoozedAtPriority);
    }

    [Fact]
    public void One_stored_without_what_was_snoozed_is_woken_by_what_is_more_urgent_than_all_of_it()
    {
        var stored = Decide(Minor, Snooze) with { SnoozedAtPriority = null, PageableByPriority = [0, 0, 0, 0, 0] };

        Assert.Equal(IncidentStatus.Snoozed, Decide(stored, Join(Another("other", Priority.P3))).Status);
        AssertPagesAnew(Decide(stored, Join(Outage)));
    }

    [Fact]
    public void An_incident_is_as_urgent_as_what_is_open_and_stays_as_it_was_when_the_last_one_closes()
    {
        var two = Decide(Minor, Join(Outage));
        var one = Decide(two, Closed(Outage));

        Assert.Equal((Priority.P1, Priority.P3), (two.Priority, one.Priority));
        Assert.Equal(Priority.P3, Decide(one, Closed(Latency)).Priority);
        Assert.Equal(Priority.P3, Decide(two, new IncidentCommand.MemberLeft(Outage)).Priority);
    }

    [Fact]
    public void Opened_again_it_is_as_urgent_as_what_has_opened_it()
    {
        var over = Decide(After(OpenedBy(Outage), Timer("step"), Start), Closed(Outage));
        var ask = new IncidentCommand.TakeOver("younger", Start.AddSeconds(1), Priority.P3, new Standing(true, null, "", null));
        Assert.Equal(Priority.P1, over.Priority);

        var again = Decide(over, Join(Latency));

        Assert.Equal((IncidentStatus.Open, Priority.P3), (again.Status, again.Priority));
        var climbed = Incident.Decide(again, Timer("step"), IncidentId, Small, again.Ladder.NextAt!.Value);
        Assert.Equal(Priority.P3, climbed.Outbox.OfType<DeliveryChange.Enqueue>().Single().Delivery.Text.Priority);
        Assert.Equal(Priority.P1, Decide(again, Join(Another("second outage", Priority.P1))).Priority);
        Assert.Equal(Priority.P3, Decide(over, ask).Priority);
        Assert.Equal(Priority.P1, Decide(over, Person(new IncidentCommand.Reopen("ann", ""))).Priority);
        Assert.Equal(Priority.P1, Decide(over, Join(Latency) with { LateWithin = TimeSpan.FromHours(1) }).Priority);
    }

    [Fact]
    public void Members_that_close_with_a_persons_resolve_leave_the_priority_that_was_resolved()
    {
        var resolved = Decide(Decide(Minor, Join(Outage)), Person(new IncidentCommand.Resolve("ann", "")));

        Assert.Equal(Priority.P1, Decide(resolved, Closed(Outage)).Priority);
    }

    private static IncidentState Take(IncidentState state, string way)
    {
        var taken = Decide(state, way == "snoozed" ? Snooze : Acknowledge);
        Assert.Equal(way == "snoozed" ? IncidentStatus.Snoozed : IncidentStatus.Acknowledged, taken.Status);
        return taken;
    }

    private static void AssertPagesAnew(IncidentState state, Member? of = null) =>
        Assert.Equal(
            (IncidentStatus.Open, Expected.Ladder(0, Later, of: of ?? Outage), null, null),
            (state.Status, state.Ladder, state.AcknowledgedUntil, state.SnoozedUntil));

    private static IncidentState Decide(IncidentState state, IncidentCommand command) => After(state, command, Later);
}
