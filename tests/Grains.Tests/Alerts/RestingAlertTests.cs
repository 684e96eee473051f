using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Alerts;

/// <summary>An alert at rest decides its repeats as the whole one would, and leaves everything else to that.</summary>
public sealed class RestingAlertTests
{
    private static readonly DateTimeOffset Later = Start.AddMinutes(3);

    private static readonly AlertState Alert = HeldAlert with { ExpiryCheckAt = Start.AddMinutes(5), OtherStarts = [Start.AddMinutes(-2)] };

    private static readonly Gen<Signal> Signals =
        from starts in Gen.Elements(null, Firing.StartsAt, Start.AddMinutes(-2), Start.AddMinutes(2))
        from ends in Gen.Elements(
            null,
            Start.AddMinutes(-1),
            Start.AddMinutes(4),
            Start.AddMinutes(9).AddMicroseconds(7),
            (DateTimeOffset?)Start.AddHours(1))
        from note in Gen.Elements("", "a note")
        from text in Gen.Elements(null, "0.71", "0.72")
        from resolved in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
        select Firing with
        {
            StartsAt = starts,
            EndsAt = ends,
            Note = note,
            Texts = text is null ? Labels.Empty : Labels.From([new("summary", text)]),
            Resolved = resolved,
        };

    [Fact]
    public void It_takes_what_the_whole_alert_would_call_a_repeat_and_nothing_else() =>
        Prop.ForAll(Signals.ToArbitrary(), signal => Assert.Equal(
            Decided(Alert, signal).Delta is not null, Resting(Alert).Takes(new AlertCommand.Receive(signal), Later))).QuickCheckThrowOnFailure();

    [Fact]
    public void It_decides_any_repeats_as_the_whole_alert_does_and_comes_to_the_same_tally() =>
        Prop.ForAll(Gen.ListOf(Signals).ToArbitrary(), signals =>
        {
            GrainState whole = Alert;
            GrainState resting = Resting(Alert);
            foreach (var signal in signals.Where(signal => Decided((AlertState)whole, signal).Delta is not null))
            {
                var decision = Decided(resting, signal);
                Assert.Equal(Decided(whole, signal), decision);
                whole = whole.Fold(decision.Delta!);
                resting = resting.Fold(decision.Delta!);
            }

            Assert.Equal(whole.Tally, resting.Tally);
            Assert.Equal(whole, Alert.WithTally(resting.Tally!));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_people_and_grains_say_is_not_for_it()
    {
        var resting = Resting(Alert);
        Assert.False(resting.Takes(new AlertCommand.Reconsider(), Later));
        Assert.False(resting.Takes(new AlertCommand.TimerFired("expiry", Later), Later));
        Assert.Throws<InvalidOperationException>(() => Decided(resting, Firing with { Note = "another" }));
        Assert.Throws<InvalidOperationException>(() => resting.Timers);
    }

    [Fact]
    public void Only_an_open_alert_rests_and_none_is_stored_as_a_document()
    {
        Assert.Throws<InvalidOperationException>(() => Resting(Alert with { Status = AlertStatus.Closed }));
        Assert.Throws<System.Diagnostics.UnreachableException>(() => StateWire.Document(Resting(Alert)));
        Assert.Equal(StateWire.Tally(Alert), StateWire.Tally(Resting(Alert)));
    }

    private static RestingAlert Resting(AlertState alert) => RestingAlert.Of(alert, alert.Alias);

    private static Decision Decided(GrainState state, Signal signal) =>
        GrainTypes.Decide(state.Grain, state, new AlertCommand.Receive(signal), Small, Later);
}
