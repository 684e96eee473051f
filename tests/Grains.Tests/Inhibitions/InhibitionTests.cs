using Correlation.Grains.Alerts;
using Correlation.Grains.Inhibitions;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Xunit;

namespace Correlation.Grains.Tests.Inhibitions;

public sealed class InhibitionTests
{
    private const string Key = "node-down/node=gpu-7";

    private static readonly DateTimeOffset At = Given.Start;
    private static readonly InhibitionParty Source = Party("node-down", isSource: true, isTarget: false);
    private static readonly InhibitionParty Target = Party("job-failed", isSource: false, isTarget: true);
    private static readonly InhibitionParty Both = Party("rack-down", isSource: true, isTarget: true);

    [Fact]
    public void A_target_is_answered_a_turn_after_it_entered_although_no_source_fires()
    {
        var entered = Decide(null, new InhibitionCommand.Enter(Target));
        Assert.Equal([new Message(entered.State!.Grain, new InhibitionCommand.Answer(Target))], entered.Messages);
        Assert.Null(entered.State.TellAt);

        var answered = Decide(entered.State, new InhibitionCommand.Answer(Target));
        Assert.Equal([Told(Target, holds: false)], answered.Messages);
    }

    [Fact]
    public void Who_came_in_the_same_turn_is_heeded_in_the_first_answer()
    {
        var state = After(new InhibitionCommand.Enter(Target), new InhibitionCommand.Enter(Source));

        Assert.Equal([Told(Target, holds: true, Source)], Decide(state, new InhibitionCommand.Answer(Target)).Messages);
    }

    [Fact]
    public void A_source_that_comes_and_the_last_that_goes_are_told_to_every_target_in_pages()
    {
        var state = After(new InhibitionCommand.Enter(Target), new InhibitionCommand.Enter(Source));
        Assert.Equal(
            new GrainTimer("tell", At, Read: new ItemRange("targets", "", 500)), Assert.Single(state.Timers, IsTell));

        var told = Decide(state, Tell(Target));
        Assert.Equal([Told(Target, holds: true, Source)], told.Messages);
        Assert.Equal(new ItemRange("targets", KeyOf(Target), 500), Assert.Single(told.State!.Timers, IsTell).Read);
        var done = Decide(told.State, Tell()).State!;
        Assert.DoesNotContain(done.Timers, IsTell);

        var second = Party("node-down-2", isSource: true, isTarget: false);
        var two = Decide(done, new InhibitionCommand.Enter(second)).State!;
        Assert.DoesNotContain(two.Timers, IsTell);
        var one = Decide(two, new InhibitionCommand.Leave(Source)).State!;
        Assert.DoesNotContain(one.Timers, IsTell);
        var none = Decide(one, new InhibitionCommand.Leave(second)).State!;
        Assert.Equal([Told(Target, holds: false)], Decide(none, Tell(Target)).Messages);
    }

    [Fact]
    public void An_alert_that_both_sides_match_is_not_held_back_by_itself_or_another_such()
    {
        var state = After(
            new InhibitionCommand.Enter(Both),
            new InhibitionCommand.Enter(Party("other-rack", isSource: true, isTarget: true)),
            new InhibitionCommand.Enter(Target));

        Assert.Equal([Told(Both, holds: false)], Decide(state, new InhibitionCommand.Answer(Both)).Messages);
        Assert.Equal([Told(Target, holds: true, Both)], Decide(state, new InhibitionCommand.Answer(Target)).Messages);
        var withSource = Decide(state, new InhibitionCommand.Enter(Source)).State!;
        Assert.Equal(
            [Told(Both, holds: true, Source)], Decide(withSource, new InhibitionCommand.Answer(Both)).Messages);
    }

    [Fact]
    public void It_still_holds_when_all_sources_it_knows_by_name_are_gone()
    {
        var sources = Enumerable.Range(0, InhibitionState.FirstFew + 1)
            .Select(i => Party("s" + i, isSource: true, isTarget: false))
            .ToList();
        var state = After(
            [new InhibitionCommand.Enter(Target), .. sources.Select(s => new InhibitionCommand.Enter(s))]);
        foreach (var source in sources.Take(InhibitionState.FirstFew))
        {
            state = Decide(state, new InhibitionCommand.Leave(source)).State!;
        }

        Assert.Equal([Told(Target, holds: true)], Decide(state, new InhibitionCommand.Answer(Target)).Messages);
    }

    [Fact]
    public void It_is_of_no_use_any_more_when_all_have_left_and_all_are_told()
    {
        var state = After(
            new InhibitionCommand.Enter(Target),
            new InhibitionCommand.Enter(Source),
            new InhibitionCommand.Leave(Target));
        Assert.False(state.IsEmpty);
        state = Decide(state, new InhibitionCommand.Leave(Source)).State!;
        state = state.TellAt is null ? state : Decide(state, Tell()).State!;

        Assert.Equal(new InhibitionState { Key = Key }, state);
        Assert.True(state.IsEmpty);
    }

    [Fact]
    public void A_target_that_leaves_takes_its_row_with_it()
    {
        var decision = Decide(After(new InhibitionCommand.Enter(Target)), new InhibitionCommand.Leave(Target));

        Assert.Equal([new ItemChange("targets", KeyOf(Target), null)], decision.Items);
    }

    [Fact]
    public void What_holds_is_asked_now_and_then_and_who_is_silent_from_one_round_to_the_next_holds_no_longer()
    {
        var state = After(
            new InhibitionCommand.Enter(Target),
            new InhibitionCommand.Enter(Source),
            new InhibitionCommand.Enter(Both));
        state = Decide(state with { TellAt = null, TellAfter = null }, new InhibitionCommand.StillFires(Source)).State!;
        var first = At + InhibitionState.AskEvery;
        Assert.Equal(
            new GrainTimer("ask", first, GrainTimer.LongestQuiet, new ItemRange("sources", "", 500)),
            Assert.Single(state.Timers));

        var asked = Ask(state, first, (Source, At), (Both, At));
        Assert.Equal(
            [Question(Source), Question(Both)],
            asked.Messages);
        state = Ask(asked.State!, first).State!;
        Assert.Equal((first + InhibitionState.AskEvery, 1, 1), (state.AskAt, state.Sources, state.BothSides));

        // One has answered.
        var second = first + InhibitionState.AskEvery;
        var given = Ask(state, second, (Source, At), (Both, first.AddSeconds(1)));
        Assert.Equal("Gave up 1 sources that did not answer, such as 'node-down'", given.Reason);
        Assert.Equal([Question(Both)], given.Messages);
        Assert.Equal((0, 1, 2), (given.State!.Sources, given.State.BothSides, given.State.Targets));
        Assert.Equal([Told(Both, holds: false)], Decide(given.State with { TellAt = At }, Tell(Both)).Messages);
    }

    [Fact]
    public void Who_was_given_up_counts_again_when_it_answers_and_once_when_it_leaves()
    {
        var given = GivenUp(Source);

        var back = Decide(given, new InhibitionCommand.StillFires(Source)).State!;
        Assert.Equal((1, 0, At), (back.Sources, back.GivenUp.Count, back.TellAt));
        var gone = Decide(given, new InhibitionCommand.Leave(Source)).State!;
        Assert.Equal((0, 0), (gone.Sources, gone.GivenUp.Count));
    }

    [Fact]
    public void A_source_and_target_that_was_given_up_is_a_target_still()
    {
        var given = GivenUp(Both);

        Assert.Equal((0, 2), (given.BothSides, given.Targets));
        Assert.Equal((0, 1), (Decide(given, new InhibitionCommand.Leave(Both)).State!.BothSides, Decide(given, new InhibitionCommand.Leave(Both)).State!.Targets));
    }

    [Fact]
    public void One_that_enters_twice_counts_once()
    {
        var state = After(
            new InhibitionCommand.Enter(Target),
            new InhibitionCommand.Enter(Source),
            new InhibitionCommand.Enter(Source));

        Assert.Equal(0, Decide(state, new InhibitionCommand.Leave(Source)).State!.Sources);
    }

    [Fact]
    public void Where_nobody_is_held_back_nobody_is_asked() =>
        Assert.Empty(After(new InhibitionCommand.Enter(Source), new InhibitionCommand.Enter(Both), new InhibitionCommand.Leave(Both)).Timers);

    private static InhibitionState GivenUp(InhibitionParty source)
    {
        var state = After(new InhibitionCommand.Enter(Target), new InhibitionCommand.Enter(source));
        var later = At + (2 * InhibitionState.AskEvery);
        var due = state with { AskedAt = later.AddMinutes(-1), AskAt = later, TellAt = null, TellAfter = null };
        return Ask(due, later, (source, At)).State! with { TellAt = null };
    }

    private static Decision<InhibitionState> Ask(
        InhibitionState state, DateTimeOffset at, params (InhibitionParty Source, DateTimeOffset SeenAt)[] sources)
    {
        var rows = sources.Select(s => new Item(
            KeyOf(s.Source), System.Text.Json.JsonSerializer.Serialize(new InhibitionSource(s.Source, s.SeenAt), WireJson.Options)));
        return Inhibition.Decide(state, new InhibitionCommand.TimerFired("ask", at, rows.ToValueList()), Key, at);
    }

    private static Message Question(InhibitionParty source) =>
        new(new GrainId(GrainKind.Alert, source.Alias), new AlertCommand.StillInhibits(source.AlertId, Key));

    private static bool IsTell(GrainTimer timer) => timer.Name == "tell";

    private static InhibitionState After(params InhibitionCommand[] commands) =>
        commands.Aggregate((InhibitionState?)null, (state, command) => Decide(state, command).State)!;

    private static Decision<InhibitionState> Decide(InhibitionState? state, InhibitionCommand command) =>
        Inhibition.Decide(state, command, Key, At);

    private static InhibitionCommand.TimerFired Tell(params InhibitionParty[] targets) => new(
        "tell", At,
        targets.Select(t => new Item(KeyOf(t), System.Text.Json.JsonSerializer.Serialize(t, WireJson.Options)))
            .ToValueList());

    private static Message Told(InhibitionParty target, bool holds, InhibitionParty? source = null) => new(
        new GrainId(GrainKind.Alert, target.Alias),
        new AlertCommand.Inhibited(target.AlertId, Key, holds, source?.Alias ?? "", source?.Title ?? ""));

    private static string KeyOf(InhibitionParty party) => party.AlertId.ToString();

    private static InhibitionParty Party(string alias, bool isSource, bool isTarget) =>
        new(DerivedId.Of("test", alias, 1), alias, alias, isSource, isTarget);
}
