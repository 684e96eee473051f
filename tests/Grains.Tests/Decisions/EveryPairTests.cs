using Correlation.Grains.Model;
using Xunit;

namespace Correlation.Grains.Tests.Decisions;

/// <summary>
/// Every state with every command. A decider throws only for what can never be stored: a timer of another name than
/// <see cref="Commands.TimersOf"/>, and a command of another family.
/// </summary>
public sealed class EveryPairTests
{
    private static readonly DateTimeOffset[] Times = [Given.Start, Given.Start.AddMinutes(2), Given.Start.AddDays(2)];

    [Fact]
    public void Every_state_makes_a_decision_of_every_command()
    {
        foreach (var (grain, name, state) in States.All())
        {
            foreach (var command in Commands.For(grain, state))
            {
                foreach (var at in Times)
                {
                    var error = Record.Exception(
                        () => AssertSound(GrainTypes.Decide(grain, state, command, Given.Small, at), state));
                    Assert.True(error is null, $"{grain.Kind} '{name}' told {command} at {at:O}: {error}");
                }
            }
        }
    }

    [Fact]
    public void Every_kind_of_grain_is_among_the_states() =>
        Assert.Equal(Enum.GetValues<GrainKind>(), States.All().Select(s => s.Grain.Kind).Distinct().Order());

    [Fact]
    public void The_timers_of_every_state_are_known_by_name()
    {
        foreach (var (grain, name, state) in States.All().Where(s => s.State is not null))
        {
            Assert.All(state!.Timers, timer => Assert.True(
                Commands.TimersOf(grain.Kind).Contains(timer.Name), $"{grain.Kind} '{name}' has an unlisted timer '{timer.Name}'."));
        }
    }

    [Fact]
    public void A_decision_is_the_same_whenever_it_is_made()
    {
        foreach (var (grain, _, state) in States.All())
        {
            Assert.All(Commands.For(grain, state), command => Assert.Equal(
                GrainTypes.Decide(grain, state, command, Given.Small, Given.Start),
                GrainTypes.Decide(grain, state, command, Given.Small, Given.Start)));
        }
    }

    private static void AssertSound(Decision decision, GrainState? state)
    {
        Assert.NotEmpty(decision.Reason);
        switch (decision.Outcome)
        {
            case Outcome.Material:
                Assert.NotNull(decision.NextState);
                Assert.Null(decision.Delta);
                break;
            case Outcome.Repeat:
                AssertRepeat(decision, state);
                break;
            case Outcome.Refused:
                Assert.Null(decision.NextState);
                Assert.Null(decision.Delta);
                Assert.Empty(decision.Outbox);
                break;
            default:
                Assert.Fail($"A decider may not answer {decision.Outcome}.");
                break;
        }
    }

    /// <summary>
    /// A repeat is one small log entry: it tells nobody, pages nobody and leaves every timer where it was.
    /// </summary>
    private static void AssertRepeat(Decision decision, GrainState? state)
    {
        Assert.Null(decision.NextState);
        Assert.Empty(decision.Messages);
        Assert.Empty(decision.Timeline);
        Assert.Empty(decision.Outbox);
        Assert.Empty(decision.Items);
        Assert.Null(decision.Publish);
        if (decision.Delta is { } delta)
        {
            var folded = state!.Fold(delta);
            Assert.Equal(state.Timers, folded.Timers);
            Assert.Equal(state, folded.WithTally(state.Tally!));
        }
    }
}
