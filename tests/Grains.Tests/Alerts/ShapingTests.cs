using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Grains.Tests.Alerts;

public sealed class ShapingTests
{
    private static readonly AlertPolicy Rule = new("p-1", "rule", AlertCriteria.All) { Message = "[{{priority}}] {{ message }} {{unknown}}", Priority = Priority.P4 };

    [Fact]
    public void An_opening_is_changed_and_a_repeat_says_what_the_source_says()
    {
        var policy = With(Rule with { Tags = ["extra"], Details = Labels.From([new("runbook", "x")]) });
        var opened = Given.Opened(Given.Firing with { Priority = Priority.P2 }, policy);
        Assert.Equal("[P2] ModelAccuracyDrop - churn_model {{unknown}}", opened.Signal.Message);
        Assert.Equal(Priority.P4, opened.Class.Priority);
        Assert.Contains("extra", opened.Signal.Tags);
        Assert.Equal("x", opened.Signal.Labels.Find("runbook"));
        var repeated = Alert.Decide(
            opened, new AlertCommand.Receive(Given.Firing with { Priority = Priority.P2 }), policy, Given.Start);
        Assert.Equal(Outcome.Repeat, repeated.Outcome);
    }

    [Fact]
    public void What_a_policy_drops_is_gone_and_what_it_leaves_alone_is_as_it_was()
    {
        var signal = Given.Firing with { Tags = ["a"], Actions = ["b"], Labels = Labels.From([new("c", "d")]), Responders = [new Responder("user", "e")] };
        var rule = Rule with { Message = "{{message}}", Priority = null };
        Assert.Equal(signal, Shape(signal, rule));
        var dropped = Shape(
            signal, rule with { DropsTags = true, DropsActions = true, DropsDetails = true, DropsResponders = true });
        Assert.Equal(
            (0, 0, 0, 0), (dropped.Tags.Count, dropped.Actions.Count, dropped.Labels.Count, dropped.Responders.Count));
        var named = signal with { Responders = [new Responder("user", "e"), new Responder("team", "f")] };
        Assert.Equal([new Responder("user", "e")], Shape(named, rule with { DropsTeams = true }).Responders);
    }

    [Fact]
    public void A_long_message_of_the_source_stays_whole_and_a_templates_is_cut()
    {
        var longest = new string('x', 500);
        Assert.Equal(
            longest, Shape(Given.Firing with { Message = longest }, Rule with { Message = "{{message}}" }).Message);
        Assert.Equal(130, Shape(Given.Firing, Rule with { Message = longest }).Message.Length);
        Assert.Equal(
            Given.Firing.Message,
            Shape(Given.Firing with { Description = "" }, Rule with { Message = "{{description}}" }).Message);
    }

    [Fact]
    public void A_policy_that_is_off_or_not_of_this_hour_or_of_another_team_does_nothing()
    {
        Assert.Equal(Given.Firing, Shape(Given.Firing, Rule with { Enabled = false }));
        Assert.Equal(Given.Firing, Shape(Given.Firing, Rule with { Hours = [new TimeWindow(0, 60)] }));
        Assert.NotEqual(Given.Firing, Shape(Given.Firing, Rule with { Hours = [new TimeWindow(9 * 60, 11 * 60)] }));
        Assert.Equal(Given.Firing, Shape(Given.Firing, Rule with { Team = "strangers" }));
        Assert.NotEqual(Given.Firing, Shape(Given.Firing, Rule with { Team = Given.Small.Settings.DefaultTeam }));
    }

    [Fact]
    public void A_rule_of_the_team_names_the_escalation_in_its_hours_where_no_route_does()
    {
        var berlin = new RoutingRule(
            "r-1",
            "days",
            AlertCriteria.All,
            "Europe/Berlin",
            [new TimeWindow(9 * 60, 12 * 60)],
            Escalation.NameOf("weekly"));
        var policy = Given.Small with
        {
            Routes = Given.Small.Routes.Select(route => route with { Escalation = null }).ToValueList(),
            Teams = [Given.Small.Teams[0] with { RoutingRules = [berlin] }],
        };
        Assert.Equal("schedule:weekly", Classifier.Classify(Given.Firing, policy, Given.Start).Escalation);
        Assert.Null(Classifier.Classify(Given.Firing, policy, Given.Start.AddHours(2)).Escalation);
        Assert.Equal("climb", Classifier.Classify(Given.Firing with { Responders = [new Responder("escalation", "climb")] }, policy, Given.Start).Escalation);
        Assert.True(Classifier.Classify(Given.Firing, policy, Given.Start).IsRouted);
        Assert.False(Classifier.Classify(Given.Firing with { Responders = [new Responder("escalation", "climb")] }, policy, Given.Start).IsRouted);
        var steps = policy.FindEscalation("schedule:weekly")!.Steps;
        Assert.Equal([new EscalationStep(TimeSpan.Zero, StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.Schedule, "weekly"))], steps);
        Assert.Null(policy.FindEscalation("schedule:none"));
    }

    [Fact]
    public void An_alert_of_another_priority_is_routed_anew_unless_a_route_or_itself_names_the_escalation()
    {
        var urgent = new RoutingRule(
            "r-1",
            "urgent",
            new AlertCriteria(
                CriteriaType.MatchAllConditions,
                [new AlertCondition(CriteriaField.Priority, "", CriteriaOperation.Equals, "P1", Not: false)]),
            "UTC",
            [],
            Escalation.NameOf("weekly"));
        var policy = Given.Small with
        {
            Routes = Given.Small.Routes.Select(route => route with { Escalation = null }).ToValueList(),
            Teams = [Given.Small.Teams[0] with { RoutingRules = [urgent] }],
        };
        var alert = Given.Held(Given.Opened(Given.Firing, policy));
        Assert.Null(alert.Class.Escalation);

        var rose = Alert.Decide(alert, new AlertCommand.SetPriority(null, Priority.P1, "ann"), policy, Given.Start);
        var told = Assert.IsType<IncidentCommand.MemberChanged>(Assert.Single(rose.Messages).Command);
        Assert.Equal(("schedule:weekly", true), (told.After.Escalation, told.After.IsRouted));

        var fell = Alert.Decide(rose.State!, new AlertCommand.SetPriority(null, Priority.P4, "ann"), policy, Given.Start);
        Assert.Equal((null, false), (fell.State!.Class.Escalation, fell.State.Class.IsRouted));

        var named = Given.Held(Given.Opened(Given.Firing with { Responders = [new Responder("escalation", "climb")] }, policy));
        var still = Alert.Decide(named, new AlertCommand.SetPriority(null, Priority.P1, "ann"), policy, Given.Start);
        Assert.Equal("climb", still.State!.Class.Escalation);
    }

    private static Signal Shape(Signal signal, AlertPolicy rule) =>
        Shaping.Shape(signal, With(rule), Given.Start).Signal;

    private static PolicyVersion With(AlertPolicy rule) => Given.Small with { AlertPolicies = [rule] };
}
