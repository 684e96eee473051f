using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;
using Correlation.Grains.Wire;
using NodaTime;
using Xunit;

namespace Correlation.Grains.Tests.Resources;

public sealed class ResourceGrainTests
{
    private static readonly User Eve = new("eve@example.com", "Eve", "UTC", []) { Id = "u-1" };
    private static readonly Team Night = new("night", "t-1", "", [new TeamMember("eve@example.com", Admin: false)], "");
    private static readonly Escalation Climb = new("climb", "", null, [Step(StepTargetType.Team, "night")]) { Id = "e-1" };
    private static readonly ApiKey Key = new("pusher", new string('a', 64), ApiKeyType.Integration, "night", KeyRights.Read) { Id = "k-1" };

    private static readonly PolicyVersion All = new Resource[]
    {
        new Resource.OfUser(Eve), new Resource.OfTeam(Night), new Resource.OfEscalation(Climb), new Resource.OfKey(Key),
    }.Aggregate(Given.Small, (policy, resource) => policy.With(Tell(null, new ResourceCommand.Create(resource), policy).Publish!));

    [Fact]
    public void Each_kind_is_in_the_policy_with_the_decision_that_makes_it_and_read_back_as_it_was()
    {
        Assert.Equal(Eve, All.FindUser("EVE@example.com"));
        Assert.Equal(Night with { ByApi = true }, All.FindTeam("night"));
        Assert.Equal(Climb, All.FindEscalation("climb"));
        Assert.Contains(Key, All.Keys);
        Assert.All(
            All.Made.OfType<PolicyChange.ResourceSet>(),
            made => Assert.Equal(made, PolicyObject.Of(made).Single().ToChange()));
        Assert.Equal(4, All.MadeResources.Count);
    }

    [Fact]
    public void It_outlives_a_configuration_and_a_file_with_its_name_goes_before_it()
    {
        var file = new Team("NIGHT", "file", "", [], "ladder");
        var clash = (Given.Small with { Teams = [.. Given.Small.Teams, file] }).After(All);
        Assert.Equal(file, clash.FindTeam("night"));
        Assert.Equal(Night with { ByApi = true }, Given.Small.After(clash).FindTeam("night"));
        Assert.Equal(Given.Small.Teams, All.OfFiles().Teams);
        Assert.Equal(Given.Small.Users, All.OfFiles().Users);
    }

    [Theory]
    [InlineData("u-1", "is used by the team 'night'")]
    [InlineData("t-1", "is used by the escalation 'climb'")]
    public void What_others_name_is_not_deleted(string id, string reason) =>
        Assert.EndsWith(reason, Tell(Made(id), new ResourceCommand.Delete()).Reason, StringComparison.Ordinal);

    [Fact]
    public void What_others_name_is_not_renamed()
    {
        var user = new ResourceCommand.Update(new Resource.OfUser(Eve with { Name = "other" }), 1);
        Assert.Contains("keeps its name", Tell(Made("u-1"), user).Reason, StringComparison.Ordinal);
        var used = All.With(new PolicyChange.ResourceSet(new Resource.OfTeam(Night with { Escalation = "climb" })));
        var ladder = new ResourceCommand.Update(new Resource.OfEscalation(Climb with { Name = "other" }), 1);
        Assert.Contains("keeps its name", Tell(Made("e-1"), ladder, used).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_team_that_is_renamed_is_meant_by_all_that_was_made_and_names_it_as_it_was_called()
    {
        var turns = new Rotation("r", new LocalDateTime(2026, 1, 5, 9, 0), RotationType.Weekly, 1, [Participant.Team("night")]);
        var week = new Schedule("week", "s-1", "", "UTC", [turns], "night");
        var rule = new AlertPolicy("p-1", "rule", AlertCriteria.All) { Team = "night", Responders = [new("team", "night")] };
        var before = StoodIn(
            All.With(new PolicyChange.ScheduleSet(week)).With(new PolicyChange.ResourceSet(new Resource.OfAlertPolicy(rule))),
            1,
            2);

        var renamed = Renamed(before, "dusk");

        Assert.Equal("dusk", renamed.FindTeam("NIGHT")!.Name);
        Assert.Equal("dusk", renamed.FindEscalation("climb")!.Steps[0].Target.Name);
        var schedule = renamed.FindSchedule("week")!;
        Assert.Equal(("dusk", "dusk"), (schedule.Team, schedule.Rotations[0].Participants[0].Name));
        var key = renamed.Keys.Single(one => one.Id == "k-1");
        Assert.Equal(("dusk", "night"), (key.Team, Assert.Single(key.FormerTeams)));
        var made = Assert.Single(renamed.AlertPolicies);
        Assert.Equal(("dusk", "dusk"), (made.Team, made.Responders[0].Name));
        Assert.Equal([Eve.Name], OnCallPeople.Of(renamed, [Participant.Team("night")], Given.Start));
        Assert.Equal(
            "the escalation 'climb'", References.To(renamed, new Resource.OfTeam(renamed.FindTeam("dusk")!), Given.Start));
        Assert.Empty(References.Dangling(renamed, Given.Start));

        // A start makes the same of what is kept.
        var again = Given.Small.WithMade(renamed.Made);
        Assert.Equal(renamed.Escalations, again.Escalations);
        Assert.Equal(renamed.Schedules, again.Schedules);
        Assert.Equal(renamed.Keys, again.Keys);
    }

    [Fact]
    public void A_stand_in_that_is_a_team_by_its_former_name_keeps_it_from_being_deleted()
    {
        var free = All.With(new PolicyChange.ResourceGone("e-1")).With(new PolicyChange.ResourceGone("k-1"));
        var renamed = Renamed(StoodIn(free, 1, 2), "dusk");
        Assert.Contains(
            "is used by the override 'o-1'",
            Tell(Renamed("dusk"), new ResourceCommand.Delete(), renamed).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_else_gets_the_former_name_of_a_team_but_a_file_and_the_team_itself()
    {
        var renamed = Renamed(All, "dusk");
        Assert.Equal(
            "'Night' is what the team 'dusk' was called, and may still be meant by",
            Tell(null, new ResourceCommand.Create(new Resource.OfTeam(Night with { Id = "t-2", Name = "Night" })), renamed).Reason);

        var back = new ResourceCommand.Update(new Resource.OfTeam(renamed.FindTeam("dusk")! with { Name = "night" }), 2);
        var returned = renamed.With(Tell(Renamed("dusk"), back, renamed).Publish!);
        Assert.Equal(("night", "dusk"), (returned.FindTeam("dusk")!.Name, Assert.Single(returned.FindTeam("night")!.Formerly)));

        var file = new Team("night", "file", "", [], "ladder");
        var both = (Given.Small with { Teams = [.. Given.Small.Teams, file] }).After(renamed);
        Assert.Equal(("file", "t-1"), (both.FindTeam("night")!.Id, both.FindTeam("dusk")!.Id));
        Assert.Equal("night", both.FindEscalation("climb")!.Steps[0].Target.Name);
    }

    [Fact]
    public void A_file_s_team_that_takes_a_former_name_has_it_alone_and_is_told_of()
    {
        var own = new Resource.OfKey(Key with { Id = "k-2", Name = "own", Team = "dusk", Sha256 = new string('b', 64) });
        var renamed = Renamed(All, "dusk").With(new PolicyChange.ResourceSet(own));
        Assert.Equal(["dusk", "night"], renamed.NamesOfTeam("night"));
        Assert.Empty(References.TakenNames(renamed));

        var both = (Given.Small with { Teams = [.. Given.Small.Teams, new Team("Night", "file", "", [], "ladder")] }).After(renamed);
        Assert.Equal(["dusk"], both.NamesOfTeam("dusk"));
        Assert.Equal(["Night"], both.NamesOfTeam("night"));
        Assert.All(["k-1", "k-2"], id => Assert.Equal(["dusk"], both.Keys.Single(key => key.Id == id).Teams));
        Assert.Equal(
            "'Night' is also what the team 'dusk' was called: a key of the file's team is made in the file",
            Tell(null, new ResourceCommand.Create(new Resource.OfKey(Key with { Id = "k-3", Name = "new", Team = "Night", Sha256 = new string('c', 64) })), both).Reason);
        Assert.Equal(
            ["the team 'Night' has the name that the team 'dusk' had, and is meant by it"], References.TakenNames(both));
        var made = renamed.With(new PolicyChange.ResourceSet(new Resource.OfTeam(Night with { Id = "t-2" })));
        Assert.Equal(["night"], made.Keys.Single(key => key.Id == "k-1").Teams);
        var free = both.With(new PolicyChange.ResourceGone("k-1")).With(new PolicyChange.ResourceGone("k-2"));
        Assert.Null(References.To(free, new Resource.OfTeam(free.FindTeam("dusk")!), Given.Start));
    }

    [Fact]
    public void A_team_in_whose_place_a_file_s_stands_is_not_deleted_while_something_names_it_as_it_was_called()
    {
        var file = new Team("dusk", "file", "", [], "ladder");
        var hidden = (Given.Small with { Teams = [.. Given.Small.Teams, file] }).After(Renamed(All, "dusk"));
        Assert.EndsWith(
            "is used by the escalation 'climb'", Tell(Renamed("dusk"), new ResourceCommand.Delete(), hidden).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_team_is_not_renamed_without_end()
    {
        var (policy, state) = (All, Made("t-1"));
        for (var times = 1; times <= 20; times++)
        {
            state = Tell(state, Rename(state, $"t{times}"), policy).State!;
            policy = policy.With(new PolicyChange.ResourceSet(state.Resource));
        }

        Assert.Contains("renamed 20 times", Tell(state, Rename(state, "more"), policy).Reason, StringComparison.Ordinal);
        Assert.Equal(Outcome.Material, Tell(state, Rename(state, "T20"), policy).Outcome);
    }

    [Fact]
    public void What_a_file_no_longer_has_and_something_made_names_is_told()
    {
        Assert.Empty(References.Dangling(All, Given.Start));
        var user = Given.Small.Users[0];
        var ladder = new Escalation("stairs", "", null, [Step(StepTargetType.User, user.Name)]) { Id = "e-2" };
        var week = new Schedule("week", "s-1", "", "UTC", [new Rotation("r", new LocalDateTime(2026, 1, 5, 9, 0), RotationType.Weekly, 1, [Participant.User(user.Name)])], null);
        var both = All.With(new PolicyChange.ResourceSet(new Resource.OfEscalation(ladder)))
            .With(new PolicyChange.ScheduleSet(week));
        Assert.Empty(References.Dangling(both, Given.Start));
        Assert.Equal(
            [$"the escalation 'stairs' names user '{user.Name}', which is not there", $"the schedule 'week' names user '{user.Name}', which is not there"],
            References.Dangling((Given.Small with { Users = [.. Given.Small.Users.Skip(1)] }).After(both), Given.Start));
    }

    [Fact]
    public void Who_stands_in_is_deleted_when_that_is_over()
    {
        var made = Made("t-1").Resource;
        var free = All.With(new PolicyChange.ResourceGone("e-1")).With(new PolicyChange.ResourceGone("k-1"));
        const string used = "the override 'o-1' of the schedule";
        Assert.StartsWith(used, References.To(StoodIn(free, 1, 2), made, Given.Start), StringComparison.Ordinal);
        Assert.StartsWith(used, References.To(StoodIn(free, -1, 2), made, Given.Start), StringComparison.Ordinal);
        Assert.Null(References.To(StoodIn(free, -2, 0), made, Given.Start));
        Assert.Null(References.To(StoodIn(free, -1, 0, takenBack: true), made, Given.Start));
        Assert.Contains(
            "is used by " + used,
            Tell(Made("t-1"), new ResourceCommand.Delete(), StoodIn(free, 1, 2)).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_override_ahead_that_names_who_is_gone_is_told()
    {
        var gone = new Override(
            "o-1", All.Schedules[0].Id, [new(Given.Start, Given.Start.AddHours(1), Participant.User("gone"))],
            Given.Start, "", "");
        var policy = All.With(new PolicyChange.OverrideSet(gone));
        Assert.Equal(
            [$"the override 'o-1' of the schedule '{All.Schedules[0].Name}' names user 'gone', which is not there"],
            References.Dangling(policy, Given.Start));
        Assert.Empty(References.Dangling(policy, Given.Start.AddHours(1)));
    }

    [Fact]
    public void What_nobody_names_is_renamed_and_deleted()
    {
        var made = Made("e-1");
        var renamed = All.With(Tell(made, new ResourceCommand.Update(new Resource.OfEscalation(Climb with { Name = "stairs" }), 1)).Publish!);
        Assert.Null(renamed.FindEscalation("climb"));
        Assert.Equal("e-1", renamed.FindEscalation("stairs")!.Id);
        Assert.Null(All.With(Tell(made, new ResourceCommand.Delete()).Publish!).FindEscalation("climb"));
        Assert.Equal(ResourceGrain.ChangedMeanwhile, Tell(made, new ResourceCommand.Update(made.Resource, 0)).Reason);
    }

    [Fact]
    public void A_name_that_is_taken_and_one_that_is_unknown_are_refused()
    {
        Assert.Equal(
            "There is a team 'Night' already", Create(new Resource.OfTeam(Night with { Id = "t-2", Name = "Night" })));
        Assert.Equal(
            "There is no user 'who'",
            Create(new Resource.OfTeam(Night with { Id = "t-2", Name = "n", Members = [new("who", false)] })));
        Assert.Equal(
            "There is no escalation 'x'",
            Create(new Resource.OfTeam(Night with { Id = "t-2", Name = "n", Escalation = "x" })));
        Assert.Equal(
            "There is no schedule 'x'",
            Create(
                new Resource.OfEscalation(
                    Climb with { Id = "e-2", Name = "n", Steps = [Step(StepTargetType.Next, "x")] })));
        Assert.Equal(
            "There is no team 'x'", Create(new Resource.OfKey(Key with { Id = "k-2", Name = "n", Team = "x" })));
    }

    [Fact]
    public void A_team_without_an_escalation_climbs_the_default_teams() => Assert.Equal(
        EscalationRules.Of(All, All.FindTeam(All.Settings.DefaultTeam), Priority.P1),
        EscalationRules.Of(All, All.FindTeam("night"), Priority.P1));

    [Fact]
    public void A_user_keeps_contacts_that_were_made_whatever_else_changes()
    {
        var contact = new MadeContact(
            "c-1", Eve.Name, new DeliveryTarget("log", ""), Verified: true, Enabled: true, Given.Start);
        var policy = All.With(new PolicyChange.ContactSet(contact))
            .With(new PolicyChange.ResourceSet(new Resource.OfUser(Eve with { FullName = "Eve E." })));
        Assert.Equal([contact.Target], policy.FindUser(Eve.Name)!.Contacts);
        Assert.Equal("Eve E.", policy.FindUser(Eve.Name)!.FullName);
        Assert.Equal([contact.Target], Given.Small.After(policy).FindUser(Eve.Name)!.Contacts);
    }

    private static string Create(Resource resource) => Tell(null, new ResourceCommand.Create(resource)).Reason;

    private static PolicyVersion StoodIn(PolicyVersion policy, int from, int until, bool takenBack = false)
    {
        var shift = new OverrideShift(
            Given.Start.AddHours(from), Given.Start.AddHours(until), Participant.Team("NIGHT"));
        var made = new Override("o-1", policy.Schedules[0].Id, [shift], Given.Start, "", "") { TakenBack = takenBack };
        return policy.With(new PolicyChange.OverrideSet(made));
    }

    private static PolicyVersion Renamed(PolicyVersion policy, string name) =>
        policy.With(Tell(Made("t-1"), Rename(Made("t-1"), name), policy).Publish!);

    private static ResourceState Renamed(string name) => Tell(Made("t-1"), Rename(Made("t-1"), name)).State!;

    private static ResourceCommand.Update Rename(ResourceState team, string name) =>
        new(new Resource.OfTeam(((Resource.OfTeam)team.Resource).Team with { Name = name }), team.Revision);

    private static ResourceState Made(string id) =>
        new() { Resource = All.MadeResources.Single(resource => resource.Id == id), Revision = 1, UpdatedAt = Given.Start };

    private static EscalationStep Step(StepTargetType type, string name) =>
        new(TimeSpan.Zero, StepCondition.IfNotAcknowledged, new StepTarget(type, name));

    private static Decision<ResourceState> Tell(
        ResourceState? state, ResourceCommand command, PolicyVersion? policy = null) =>
        ResourceGrain.Decide(state, command, policy ?? All, Given.Start);
}
