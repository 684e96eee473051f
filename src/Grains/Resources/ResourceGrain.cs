using System.Diagnostics;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Resources;

/// <summary>
/// A resource publishes itself into the policy, so that it is in force everywhere when its request is answered. What
/// others refer to by name is neither renamed nor deleted: a page that finds nobody there would reach nobody. A team
/// remembers what it was called, and is found by that.
/// </summary>
public static class ResourceGrain
{
    /// <summary>What a change made of an older revision is refused with.</summary>
    public const string ChangedMeanwhile = "It was changed meanwhile";

    /// <summary>Each is looked for wherever a team is.</summary>
    private const int MostFormerNames = 20;

    public static Decision<ResourceState> Decide(
        ResourceState? state, ResourceCommand command, PolicyVersion policy, DateTimeOffset at) =>
        (state, command) switch
        {
            (null, ResourceCommand.Create create) => Write(null, create.Resource, 1, policy, at, "Created"),
            (_, ResourceCommand.Create) => Refuse($"The {state.Resource.Word} exists already"),
            (null, _) => Refuse("There is no such thing"),
            ({ Deleted: true }, _) => Refuse($"There is no such {state.Resource.Word}"),
            (_, ResourceCommand.Update update) => Update(state, update, policy, at),
            (_, ResourceCommand.Delete) => Delete(state, policy, at),
            _ => throw new UnreachableException($"{state.Grain} does not know {command}."),
        };

    private static Decision<ResourceState> Update(
        ResourceState state, ResourceCommand.Update update, PolicyVersion policy, DateTimeOffset at)
    {
        var (before, after) = (state.Resource, update.Resource);
        return update.Revision != state.Revision ? Refuse(ChangedMeanwhile)
            : after.Id != before.Id ||
                after.Word != before.Word ? Refuse($"The {before.Word} '{before.Name}' keeps its id")
            : after.Name != before.Name && after is not Resource.OfTeam && References.To(policy, before, at) is { } other
                ? Refuse($"The {before.Word} '{before.Name}' keeps its name while it is used by {other}: make one of the new name, and let {other} use that one")
            : after.Name != before.Name && before is Resource.OfUser &&
                policy.MadeContacts.Any(contact => Same(contact.User, before.Name))
                ? Refuse($"The user '{before.Name}' keeps its name while it has contacts made through the API")
            : after is Resource.OfTeam { Team.Formerly.Count: >= MostFormerNames } && !Same(after.Name, before.Name)
                ? Refuse($"The team '{before.Name}' keeps its name: it was renamed {MostFormerNames} times, which is the most")
            : Write(before, Remembering(before, after), state.Revision + 1, policy, at, "Updated");
    }

    private static Resource Remembering(Resource before, Resource after) =>
        after is Resource.OfTeam(var team) && !Same(after.Name, before.Name)
            ? new Resource.OfTeam(team with
            {
                Formerly = team.Formerly.Where(name => !Same(name, team.Name)).Append(before.Name).ToValueList(),
            })
            : after;

    /// <summary>A name that is gone from the files since must not keep a leaked key from being switched off.</summary>
    private static Decision<ResourceState> Write(
        Resource? before, Resource resource, int revision, PolicyVersion policy, DateTimeOffset at, string reason) =>
        References.Namesake(policy, resource) ? Refuse($"There is a {resource.Word} '{resource.Name}' already")
            : References.FormerNamesake(policy, resource) is { } renamed
                ? Refuse($"'{resource.Name}' is what the team '{renamed}' was called, and may still be meant by")
            : References.FormerOwner(policy, before, resource) is { } owner
                ? Refuse($"'{((Resource.OfKey)resource).Key.Team}' is also what the team '{owner}' was called: a key of the file's team is made in the file")
            : References.Missing(policy, resource) is { } missing &&
                (before is null || References.Missing(policy, before) != missing)
                ? Refuse($"There is no {missing}")
            : CircleOf(policy.With(new PolicyChange.ResourceSet(resource)), resource, at) is { } circle &&
                (before is null || CircleOf(policy, before, at) != circle)
                ? Refuse(Circle.Refusal + circle)
            : References.IsFull(policy, resource) ? Refuse(
                $"There are {References.MostOfOneKind} made through the API already, which is the most")
            : new Decision<ResourceState>
            {
                Outcome = Outcome.Material,
                Reason = reason,
                State = new ResourceState { Resource = resource, Revision = revision, UpdatedAt = at },
                Publish = new PolicyChange.ResourceSet(resource),
            };

    private static Decision<ResourceState> Delete(ResourceState state, PolicyVersion policy, DateTimeOffset at) =>
        References.To(policy, state.Resource, at) is { } other
            ? Refuse($"The {state.Resource.Word} '{state.Resource.Name}' is used by {other}")
            : new Decision<ResourceState>
            {
                Outcome = Outcome.Material,
                Reason = "Deleted",
                State = state with { Deleted = true, Revision = state.Revision + 1, UpdatedAt = at },
                Publish = new PolicyChange.ResourceGone(
                    state.Resource.Id,
                    HeldBack: state.Resource is Resource.OfAlertPolicy { Policy.Paging.Suppresses: true }),
            };

    private static string? CircleOf(PolicyVersion policy, Resource resource, DateTimeOffset at) =>
        resource is Resource.OfEscalation(var escalation) ? Circle.Of(policy, escalation, at) : null;

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static Decision<ResourceState> Refuse(string reason) =>
        new() { Outcome = Outcome.Refused, Reason = reason };
}
