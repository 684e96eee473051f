using Correlation.Grains.Causes;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>
/// What the incident is blamed on. Its members say what explains each of them; the cause is what has no cause itself
/// and explains the most. The incident is its owner's: found after the first page, one more page goes to somebody new.
/// </summary>
internal static class IncidentCause
{
    private const int MostRoots = 10;
    private const int MostBlames = 16;
    private const int MostEffects = 8;
    private const int MostCandidates = 5;
    private const double Sure = 0.6;

    /// <summary>A member came, by whatever way.</summary>
    public static void Joined(IncidentDraft draft, Member member)
    {
        var state = draft.State;
        if (member.Link is not { } link)
        {
            return;
        }

        if (link.Parent is not { } parent)
        {
            var others = state.Roots.Where(root => !MemberRows.IsSame(root, member)).ToList();

            // An open one says that the incident is not another's alone; of those that are over and explain nothing
            // some are enough.
            if (others.Count >= MostRoots && member.Open &&
                others.FindIndex(root => IsOverAndExplainsNothing(state, root)) is >= 0 and var over)
            {
                others.RemoveAt(over);
            }

            draft.State = others.Count < state.Roots.Count || others.Count < MostRoots
                ? state with { Roots = others.Append(member).ToValueList() }
                : state;
            return;
        }

        IncidentNotices.Concern(draft, member);
        state = draft.State;
        var effect = EffectOf(member);
        draft.State = state with
        {
            Roots = state.Roots.Where(root => !MemberRows.IsSame(root, member)).ToValueList(),
            Blames = Blamed(state.Blames, link.ParentKey, parent),
            Effects = state.Effects.Any(e => Same(e, effect))
                ? state.Effects.Select(e => Same(e, effect) ? e.With(member.Entity) : e).ToValueList()
                : state.Effects.Count < MostEffects ? state.Effects.Add(effect.With(member.Entity)) : state.Effects,
        };
    }

    private static bool IsOverAndExplainsNothing(IncidentState state, Member root) =>
        !root.Open && state.Blames.All(blame => blame.Key != root.Alias);

    /// <summary>It went, or has another cause than before.</summary>
    /// <param name="parentKey">As it was told before.</param>
    public static void Gone(IncidentDraft draft, Member member, string parentKey)
    {
        var state = draft.State;
        var effect = EffectOf(member);
        draft.State = state with
        {
            Roots = state.Roots.Where(root => !MemberRows.IsSame(root, member)).ToValueList(),
            Blames = parentKey.Length == 0 ? state.Blames : state.Blames
                .Select(blame => blame.Key == parentKey ? blame with { Count = blame.Count - 1 } : blame)
                .Where(blame => blame.Count > 0)
                .ToValueList(),
            Effects = parentKey.Length == 0 ? state.Effects : state.Effects
                .Select(e => Same(e, effect) ? e.Without(member.Entity) : e)
                .Where(e => e.Count > 0)
                .ToValueList(),
        };
    }

    /// <summary>How a member stands that is here already.</summary>
    public static void Renew(IncidentDraft draft, Member member) => draft.State = draft.State with
    {
        Roots = draft.State.Roots.Select(root => MemberRows.IsSame(root, member) ? member : root).ToValueList(),
    };

    /// <summary>
    /// A root asks to go to its cause's incident: with all that follows it when there is no other root.
    /// </summary>
    public static Decision<IncidentState> Lead(
        IncidentState state, IncidentCommand.Follow follow, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        if (follow.Incident != state.Id && state.Roots.Any(root => root.AlertId != follow.AlertId && root.Open))
        {
            draft.Tell(
                new GrainId(GrainKind.Alert, follow.Alias), new Alerts.AlertCommand.Depart(follow.AlertId, state.Id));
            return draft.Done($"'{follow.Alias}' goes alone: others here have no cause");
        }

        if (state.GroupKey != follow.GroupKey)
        {
            draft.TellGroup(new Entities.EntityCommand.IncidentLed(state.Id));
            draft.State = draft.State with { GroupKey = follow.GroupKey };
        }

        if (follow.Incident == state.Id || state.MergingInto == follow.Incident)
        {
            return draft.Done("Led by " + follow.GroupKey);
        }

        IncidentMerge.Request(draft, follow.Incident);
        draft.Note("merging", $"Its cause is in incident {follow.Incident}");
        return draft.Done("Goes to its cause's incident");
    }

    /// <summary>What explains a member has changed; it counts as before.</summary>
    public static Decision<IncidentState> Relink(
        IncidentState state, IncidentCommand.MemberLinked linked, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        MemberRows.Keep(draft, linked.Member);
        Gone(draft, linked.Member, linked.Before);
        Joined(draft, linked.Member);
        if (linked.Before != (linked.Member.Link?.ParentKey ?? ""))
        {
            draft.Note("explained", $"Alert '{linked.Member.Title}': {linked.Member.Reason}");
        }

        Follow(draft);
        return draft.Done("A member's cause has changed");
    }

    /// <summary>What explained it does not any more. With others here that was a wrong join; alone it stays.</summary>
    public static Decision<IncidentState> Orphaned(
        IncidentState state, IncidentCommand.Orphaned orphaned, PolicyVersion policy, DateTimeOffset at)
    {
        if (state.OpenMembers <= 1)
        {
            return Incident.Unchanged("It is alone here");
        }

        var draft = new IncidentDraft(state, policy, at);
        draft.Tell(
            new GrainId(GrainKind.Alert, orphaned.Alias), new Alerts.AlertCommand.Depart(orphaned.AlertId, state.Id));
        return draft.Done($"Nothing here explains '{orphaned.Alias}' any more");
    }

    public static Decision<IncidentState> Unlink(IncidentDraft draft, IncidentCommand.Unlink c)
    {
        draft.Tell(
            new GrainId(GrainKind.Alert, c.Alias), new Alerts.AlertCommand.Unlinked(c.AlertId, draft.State.Id, c.User));
        draft.Note("unlinking", $"Alert '{c.Alias}' is taken out by {c.User}", c.User);
        return IncidentPeople.Done(draft, c, "Asked the alert to leave");
    }

    /// <summary>The cause, the title and the owner follow the members.</summary>
    public static void Follow(IncidentDraft draft)
    {
        var (state, before) = (draft.State, draft.State.Cause);
        if (Find(state) is not { } found)
        {
            return;
        }

        var cause = found.Cause with { Path = PathOf(state, found) };
        var isNew = before is null ||
            (before.Entity, before.Kind, before.Alias) != (cause.Entity, cause.Kind, cause.Alias);
        draft.State = state with
        {
            Cause = cause,
            Title = found.Count > 0 ? IncidentTitle.Of(draft, found.Cause, found.Nature, found.Title, found.Onset)
                : IncidentTitle.IsMade(state.Title) && found.Title.Length > 0 ? found.Title
                : state.Title,
        };
        if (isNew && found.Count > 0)
        {
            draft.Note(
                "cause", $"The cause is {cause.Entity}{(cause.Observed ? "" : ", of which nothing was observed")}");
        }

        if (isNew)
        {
            HandOver(draft, found);
        }
    }

    private sealed record Found(
        Cause Cause, KindNature Nature, string Title, DateTimeOffset Onset, Member? Root, int Count);

    private static Found? Find(IncidentState state)
    {
        var behind = state.Blames.GroupBy(blame => RootOf(state, blame.Key)).ToDictionary(
            root => root.Key, root => root.Sum(blame => blame.Count), StringComparer.Ordinal);
        var observed =
            from root in state.Roots
            where root is { Link: not null, Entity.Length: > 0 }
            let blame = state.Blames.FirstOrDefault(b => b.Key == root.Alias)
            select (Found: Of(root, blame), Behind: behind.GetValueOrDefault(root.Alias));
        var unseen =
            from blame in state.Blames
            where blame.Best.Blamed.Length > 0
            where blame.Best.Alias.Length == 0 || !IsHere(state, blame.Best.Alias)
            select (Found: Of(blame), Behind: behind.GetValueOrDefault(blame.Key));
        var best = observed.Concat(unseen)
            .OrderByDescending(one => one.Behind)
            .ThenByDescending(one => one.Found.Cause.Observed)
            .ThenBy(one => one.Found.Nature == KindNature.Change)
            .ThenBy(one => one.Found.Onset)
            .ThenBy(one => one.Found.Cause.Alias, StringComparer.Ordinal)
            .Select(one => one.Found)
            .FirstOrDefault();
        return best is null ? null : best with { Cause = best.Cause with { Candidates = CandidatesOf(state, best) } };
    }

    /// <summary>What is behind what explains members, as far as it is known here.</summary>
    private static string RootOf(IncidentState state, string key)
    {
        for (var steps = 0; steps < MostBlames; steps++)
        {
            if (state.FirstMembers.FirstOrDefault(member => member.Alias == key)?.Link is not { Parent: not null } link)
            {
                break;
            }

            key = link.ParentKey;
        }

        return key;
    }

    /// <summary>Else it was over before this incident began, or is on its way here.</summary>
    private static bool IsHere(IncidentState state, string alias) =>
        state.Roots.Concat(state.FirstMembers).Any(member => member.Alias == alias) ||
            state.MemberCount > IncidentState.FirstFew;

    private static Found Of(Member root, Blame? blame)
    {
        var grade = blame is null ? Grade.Unknown : blame.Best.Score >= Sure ? Grade.Certain : Grade.Likely;
        return new Found(
            new Cause(
                root.Entity, root.Kind, root.Alias, Observed: true, grade, [], [Itself(root.Entity, root.Kind, blame)]),
            root.Link!.Nature, root.Title, root.Link.Onset, root, blame?.Count ?? 0);
    }

    private static Found Of(Blame blame)
    {
        var best = blame.Best;
        var grade = best.Observed && best.Score >= Sure ? Grade.Certain : Grade.Likely;
        return new Found(
            new Cause(
                best.Blamed, best.Kind, best.Alias, best.Observed, grade, [], [Itself(best.Blamed, best.Kind, blame)]),
            best.Nature, best.Title, best.Onset, null, blame.Count);
    }

    private static CauseCandidate Itself(string entity, string kind, Blame? blame) =>
        blame?.Best.Shown() ?? new CauseCandidate(entity, kind, 1, new ScoreParts(1, 1, 1));

    /// <summary>The cause, then what explains members here, then what else might.</summary>
    private static ValueList<CauseCandidate> CandidatesOf(IncidentState state, Found found) =>
        found.Cause.Candidates
            .Concat(
                state.Blames.OrderByDescending(b => b.Count)
                    .ThenByDescending(b => b.Best.Score)
                    .Select(b => b.Best.Shown()))
            .Concat(state.Roots.Where(r => r is { Link: not null, Entity.Length: > 0 } && r.AlertId != found.Root?.AlertId)
                .Select(r => new CauseCandidate(r.Entity, r.Kind, 0, new ScoreParts(0, 0, 0))))
            .Concat(
                state.Roots.Concat(state.FirstMembers)
                    .SelectMany(m => m.Link?.Others ?? [])
                    .OrderByDescending(c => c.Score))
            .Where(c => !Waves.Is(c.Entity))
            .DistinctBy(c => (c.Entity, c.Kind))
            .Take(MostCandidates)
            .ToValueList();

    /// <summary>
    /// From the cause to the furthest that is ill, by what explains each; where that is not known, both ends. Of two as
    /// far the one that came first.
    /// </summary>
    private static ValueList<string> PathOf(IncidentState state, Found found)
    {
        var known = state.Roots.Concat(state.FirstMembers).ToList();
        var cause = found.Cause.Entity;
        var paths = state.FirstMembers.Where(m => m.Entity.Length > 0).Select(m => PathTo(m, known)).ToList();
        return paths.Where(path => path[0] == cause).MaxBy(path => path.Count) is { } all ? Clean(all)
            : paths.Select(path => Clean([cause, .. path])).MaxBy(path => path.Count) ?? [cause];
    }

    private static List<string> PathTo(Member effect, List<Member> known)
    {
        var (member, path) = ((Member?)effect, new List<string> { effect.Entity });
        for (var steps = 0; member?.Link?.Parent is { } parent && steps < MostRoots; steps++)
        {
            path.InsertRange(0, parent.Path.SkipLast(1));
            member = parent.Alias.Length == 0 ? null : known.Find(m => m.Alias == parent.Alias);
        }

        return path;
    }

    /// <summary>Two alerts of one entity are one station.</summary>
    private static ValueList<string> Clean(List<string> path) =>
        path.Where((urn, i) => urn.Length > 0 && (i == 0 || path[i - 1] != urn)).ToValueList();

    private static void HandOver(IncidentDraft draft, Found found)
    {
        var (state, policy) = (draft.State, draft.Policy);
        var team = policy.FindTeam(found.Root?.Team ?? policy.Topology.Find(found.Cause.Entity)?.Team ?? "")?.Name;
        if (team is null || found.Count == 0 || string.Equals(team, policy.TeamNow(state.Team), StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        switch (state.Status)
        {
            case IncidentStatus.Acknowledged or IncidentStatus.Snoozed:
                draft.Note("cause", $"The cause is {team}'s; {state.Owner ?? state.AcknowledgedBy ?? "somebody"} has the incident in hand");
                break;
            case IncidentStatus.Open:
                var chooses = !state.MayPage || found.Root is not { Open: true, SuppressedBy.Count: > 0 };
                IncidentLadder.MoveTo(draft, found.Root is { } root && chooses ? LadderChoice.Of(root) with { Team = team } : new LadderChoice(team, null, IsNamed: false));
                IncidentQuiet.Follow(draft);
                break;
            default:
                break;
        }
    }

    private static ValueList<Blame> Blamed(ValueList<Blame> blames, string key, Candidate parent)
    {
        if (blames.Any(b => b.Key == key))
        {
            return blames.Select(b => b.Key != key ? b
                : b with { Count = b.Count + 1, Best = parent.Score > b.Best.Score ? parent : b.Best }).ToValueList();
        }

        return blames.Count < MostBlames
            ? blames.Add(new Blame(key, parent, 1))
            : blames.OrderByDescending(b => b.Count)
                .Take(MostBlames - 1)
                .Append(new Blame(key, parent, 1))
                .ToValueList();
    }

    private static Effect EffectOf(Member member) =>
        new(Topology.EntityUrn.TypeOf(member.Entity), member.Kind, member.Entity, 0);

    private static bool Same(Effect one, Effect other) => (one.Type, one.Kind) == (other.Type, other.Kind);
}
