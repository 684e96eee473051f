using Correlation.Grains.Alerts;
using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Inhibitions;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Alerts;

public sealed class AlertInhibitionTests
{
    private const string Key = "node-down/node=gpu-7,zone=";

    private static readonly DateTimeOffset Later = Start.AddMinutes(2);
    private static readonly InhibitRule Rule = new(
        "node-down", Policies.Match("{alertname=\"GPUNodeNotReady\"}"),
        Policies.Match("{alertname=\"ModelAccuracyDrop\"}"), ["node", "zone"]);

    private static readonly PolicyVersion Ruled = Small with { InhibitRules = [Rule] };
    private static readonly Signal OnNode = Firing with { Labels = Labels.From([new("node", "gpu-7")]) };
    private static readonly Signal NodeDown = OnNode with { Alias = "gpu-7", Message = "GPUNodeNotReady - gpu-7" };
    private static readonly AlertState Waiting = Opened(OnNode, Ruled);
    private static readonly AlertState Placed = Heed(Waiting, holds: false).State!;

    [Fact]
    public void A_target_asks_before_an_incident_is_told_of_it()
    {
        var decision = Alert.Decide(null, new AlertCommand.Receive(OnNode), Ruled, Start);

        Assert.Equal([Enter(Waiting, isSource: false, isTarget: true)], decision.Messages);
        Assert.Equal([Key], decision.State!.Inhibition!.Awaiting);
        Assert.Equal(Start + TimeSpan.FromSeconds(30), decision.State.HoldUntil);
    }

    [Fact]
    public void A_source_says_so_and_goes_to_its_incident_at_once()
    {
        var decision = Alert.Decide(null, new AlertCommand.Receive(NodeDown), Ruled, Start);

        Assert.Equal(Enter(decision.State!, isSource: true, isTarget: false), decision.Messages[0]);
        Assert.IsType<EntityCommand.Started>(decision.Messages[1].Command);
    }

    [Fact]
    public void An_alert_that_no_rule_concerns_asks_nobody() =>
        Assert.Null(Opened(Firing with { Message = "Drift" }, Ruled).Inhibition);

    [Fact]
    public void The_first_answer_places_it_held_back_or_free()
    {
        Assert.Equal([], Started(Heed(Waiting, holds: false)).SuppressedBy);

        var inhibited = Heed(Waiting, holds: true);
        Assert.Equal(["inhibition:node-down"], Started(inhibited).SuppressedBy);
        Assert.Equal("Inhibited by rule node-down, while 'GPUNodeNotReady - gpu-7' fires", inhibited.Reason);
        Assert.Equal(inhibited.Reason, Assert.Single(inhibited.Timeline).Text);
        Assert.Empty(Heed(Waiting, holds: false).Timeline);
    }

    [Fact]
    public void Two_rules_are_both_answered_before_it_is_placed()
    {
        var both = Ruled with { InhibitRules = [Rule, Rule with { Name = "other" }] };
        var first = Heed(Opened(OnNode, both), holds: false, both);

        Assert.Empty(first.Messages);
        Assert.Equal(["other/node=gpu-7,zone="], first.State!.Inhibition!.Awaiting);
    }

    [Fact]
    public void Its_hold_does_not_wait_for_a_lost_answer()
    {
        var decision = Alert.Decide(
            Waiting, new AlertCommand.TimerFired("hold", Start.AddSeconds(30)), Ruled, Start.AddSeconds(30));

        Assert.IsType<IncidentCommand.Open>(Assert.Single(decision.Messages).Command);
        var late = Heed(decision.State!, holds: true);
        Assert.Empty(late.Messages);
        Assert.Equal(["inhibition:node-down"], late.State!.SuppressedBy);
    }

    [Fact]
    public void A_source_that_fires_later_holds_it_back_and_one_that_resolves_frees_it()
    {
        var held = Held(Placed);
        var inhibited = Heed(held, holds: true);
        Assert.Equal(
            [ToIncident(new IncidentCommand.MemberChanged(MemberOf(held), MemberOf(held) with { SuppressedBy = ["inhibition:node-down"], SuppressedSince = Later }))],
            inhibited.Messages);

        var freed = Heed(inhibited.State!, holds: false);
        Assert.Equal("No longer inhibited by rule node-down", freed.Reason);
        Assert.Equal(
            [ToIncident(new IncidentCommand.MemberChanged(MemberOf(inhibited.State!), MemberOf(held)))],
            freed.Messages);
    }

    [Fact]
    public void One_that_closes_leaves_and_keeps_who_held_it_back()
    {
        var decision = Alert.Decide(
            Heed(Held(Placed), holds: true).State!,
            new AlertCommand.Receive(OnNode with { Resolved = true }),
            Ruled,
            Later);

        Assert.Contains(
            new Message(
                new GrainId(GrainKind.Inhibition, Key), new InhibitionCommand.Leave(Party(Waiting, false, true))),
            decision.Messages);
        Assert.Equal("gpu-7", Assert.Single(decision.State!.Inhibition!.By).Alias);
        Assert.Empty(decision.State.Inhibition.Parts);
    }

    [Fact]
    public void One_that_is_over_before_the_answer_came_is_still_made_known()
    {
        var decision = Alert.Decide(Waiting, new AlertCommand.Receive(OnNode with { Resolved = true }), Ruled, Later);

        Assert.IsType<InhibitionCommand.Leave>(decision.Messages[0].Command);
        Assert.True(Assert.IsType<EntityCommand.Started>(decision.Messages[1].Command).Member.Open);
    }

    [Fact]
    public void A_rule_that_is_gone_frees_what_it_held_back()
    {
        var inhibited = Heed(Held(Placed), holds: true).State!;

        Assert.True(AlertSuppression.IsOutdated(inhibited, Small, Later));
        var decision = Alert.Decide(inhibited, new AlertCommand.Reconsider(), Small, Later);
        Assert.Empty(decision.State!.SuppressedBy);
        Assert.Null(decision.State.Inhibition);
        Assert.IsType<InhibitionCommand.Leave>(decision.Messages[0].Command);
        Assert.IsType<IncidentCommand.MemberChanged>(decision.Messages[1].Command);
    }

    [Theory]
    [InlineData("node-down", "node-down/node=gpu-7")]
    [InlineData("renamed", "renamed/node=gpu-7")]
    public void A_rule_that_is_edited_holds_back_until_it_has_answered_under_its_new_key(string name, string key)
    {
        var edited = Small with { InhibitRules = [Rule with { Name = name, Equal = ["node"] }] };
        var decision = Alert.Decide(
            Heed(Held(Placed), holds: true).State!, new AlertCommand.Reconsider(), edited, Later);

        Assert.Equal(["inhibition:" + name], decision.State!.SuppressedBy);
        Assert.DoesNotContain(
            decision.Messages,
            message => message.Command is IncidentCommand.MemberChanged { After.SuppressedBy.Count: 0 });
        var answered = Alert.Decide(
            decision.State, new AlertCommand.Inhibited(Waiting.Id, key, false, "", ""), edited, Later);
        Assert.Empty(answered.State!.SuppressedBy);
    }

    [Fact]
    public void A_rule_that_is_new_is_entered_by_what_is_open_and_holds_nothing_up()
    {
        var open = Held(Opened(OnNode));

        Assert.True(AlertSuppression.IsOutdated(open, Ruled, Later));
        var decision = Alert.Decide(open, new AlertCommand.Reconsider(), Ruled, Later);
        Assert.Equal([Enter(open, isSource: false, isTarget: true)], decision.Messages);
        Assert.False(decision.State!.AwaitsInhibition);
        Assert.Empty(decision.Timeline);
    }

    [Fact]
    public void A_rule_that_is_gone_before_it_answered_holds_nothing_up()
    {
        var decision = Alert.Decide(Waiting, new AlertCommand.Reconsider(), Small, Start);

        Assert.Empty(Started(decision).SuppressedBy);
    }

    [Fact]
    public void An_answer_for_another_episode_or_another_rule_changes_nothing()
    {
        Assert.Equal(
            Outcome.Repeat,
            Alert.Decide(Waiting, new AlertCommand.Inhibited(Guid.Empty, Key, true, "", ""), Ruled, Start).Outcome);
        Assert.Equal(
            Outcome.Repeat,
            Alert.Decide(Waiting, new AlertCommand.Inhibited(Waiting.Id, "x", true, "", ""), Ruled, Start).Outcome);
        Assert.Equal(Outcome.Repeat, Heed(Placed, holds: false).Outcome);
    }

    [Fact]
    public void What_is_held_back_asks_now_and_then_and_an_answer_is_heeded()
    {
        var inhibited = Heed(Held(Placed), holds: true).State!;
        var due = Later + InhibitionState.AskEvery;
        Assert.Contains(new GrainTimer("inhibited", due, GrainTimer.LongestQuiet), inhibited.Timers);

        var asked = Ask(inhibited, due);
        Assert.Equal([new Message(new GrainId(GrainKind.Inhibition, Key), new InhibitionCommand.Answer(Party(Waiting, false, true)))], asked.Messages);
        var answered = Heed(asked.State!, holds: true).State!;
        Assert.Equal(inhibited.UpdatedAt, answered.UpdatedAt);

        Assert.Equal(["inhibition:node-down"], Ask(answered, answered.Inhibition!.AskAt!.Value).State!.SuppressedBy);
        Assert.Null(Heed(answered, holds: false).State!.Inhibition!.AskAt);
    }

    [Fact]
    public void Who_does_not_answer_until_the_next_time_holds_nothing_back_any_longer()
    {
        var asked = Ask(Heed(Held(Placed), holds: true).State!, Later + InhibitionState.AskEvery).State!;

        var freed = Ask(asked, asked.Inhibition!.AskAt!.Value);

        Assert.Empty(freed.State!.SuppressedBy);
        Assert.Null(freed.State.Inhibition!.AskAt);
        Assert.Equal("No longer inhibited by rule node-down, of which nothing is heard", freed.Reason);
        Assert.IsType<IncidentCommand.MemberChanged>(Assert.Single(freed.Messages).Command);
    }

    [Fact]
    public void A_source_that_is_asked_says_that_it_still_fires_and_one_that_is_over_says_nothing()
    {
        var source = Opened(NodeDown, Ruled);
        var question = new AlertCommand.StillInhibits(source.Id, Key);

        Assert.Equal(
            [new Message(new GrainId(GrainKind.Inhibition, Key), new InhibitionCommand.StillFires(Party(source, true, false)))],
            Alert.Decide(source, question, Ruled, Later).Messages);
        Assert.Equal(
            Outcome.Repeat, Alert.Decide(source, question with { Episode = Guid.Empty }, Ruled, Later).Outcome);
        Assert.Equal(
            Outcome.Repeat, Alert.Decide(After(source, new AlertCommand.Receive(NodeDown with { Resolved = true }), Later, Ruled), question, Ruled, Later).Outcome);
    }

    private static Decision<AlertState> Ask(AlertState state, DateTimeOffset at) =>
        Alert.Decide(state, new AlertCommand.TimerFired("inhibited", at), Ruled, at);

    private static Decision<AlertState> Heed(AlertState state, bool holds, PolicyVersion? policy = null) => Alert.Decide(
        state,
        new AlertCommand.Inhibited(state.Id, Key, holds, holds ? "gpu-7" : "", holds ? "GPUNodeNotReady - gpu-7" : ""),
        policy ?? Ruled,
        Later);

    private static Member Started(Decision<AlertState> decision) =>
        Assert.IsType<EntityCommand.Started>(decision.Messages[^1].Command).Member;

    private static Message Enter(AlertState alert, bool isSource, bool isTarget) =>
        new(new GrainId(GrainKind.Inhibition, Key), new InhibitionCommand.Enter(Party(alert, isSource, isTarget)));

    private static InhibitionParty Party(AlertState alert, bool isSource, bool isTarget) =>
        new(alert.Id, alert.Alias, alert.Message, isSource, isTarget);
}
