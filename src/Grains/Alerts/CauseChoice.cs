using Correlation.Grains.Causes;
using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Alerts;

/// <summary>Which of the causes that an alert was offered it takes, and who is told of it.</summary>
internal static class CauseChoice
{
    public static Decision<AlertState> Choose(
        AlertState state, IEnumerable<Candidate> all, PolicyVersion policy, DateTimeOffset at)
    {
        var settings = policy.Settings.Causes ?? new CorrelationSettings();
        var before = state.Causes!;
        var sorted = all.Order(Comparer<Candidate>.Create((one, other) => Scoring.Compare(one, other, settings.Threshold))).ToList();
        var parent = ParentOf(state, sorted, settings, at);
        var best = sorted.Take(AlertCauses.MostCandidates).ToList();
        if (parent is not null && !best.Exists(c => c.Id == parent.Id))
        {
            best[^1] = parent;
        }

        var hasMoved = parent?.Id != before.Parent?.Id;
        var by = parent is { Hearsay.Length: > 0 } ? parent.Hearsay : parent?.Entity ?? "";
        var seen = parent is { Observed: true };
        var excused = Excused(before, sorted, by, seen);
        var causes = before with
        {
            Best = best.ToValueList(),
            Parent = parent,
            Lead = hasMoved ? null : before.Lead,
            LeadGroup = hasMoved ? "" : before.LeadGroup,
            LeadIsOpen = hasMoved || before.LeadIsOpen,
            IsRoot = before.IsRoot || (parent is null && hasMoved && state.IncidentId is not null),
            Corroborated = before.Corroborated || parent is { Corroborates: true },
            Excused = excused.Count > 0 ? before.Excused.Union(excused).ToValueList() : before.Excused,
            ExcusedBy = by,
            ExcusedSeen = seen,
        };
        if (causes == before)
        {
            return Alert.Unchanged("Its candidates are known");
        }

        var (next, messages, timeline) = AlertCorrelation.Retell(state, state with { Causes = causes }, policy, at);
        messages.AddRange(
            excused.Select(
                suspect => AlertCorrelation.Tell(suspect, new EntityCommand.Explained(state.Id, suspect == by ? "" : by, seen))));
        if (hasMoved && !state.Settles)
        {
            messages.AddRange(AlertFollowing.Unask(state));
            if (parent is not null || (next is { IncidentId: null, Status: AlertStatus.Open, AwaitsInhibition: false }))
            {
                messages.Add(AlertCorrelation.Place(next));
            }
            else if (next.IncidentId is { } held && next.Status == AlertStatus.Open)
            {
                messages.Add(AlertMembership.Tell(held, new IncidentCommand.Orphaned(state.Id, state.Alias)));
            }
        }

        return AlertCorrelation.Say(next, parent is null ? "Nothing explains it so far" : $"Explained by {AlertCorrelation.Name(parent)}", messages) with { Timeline = timeline };
    }

    /// <summary>
    /// Who suspects itself and is not to blame is told where the cause is, once for each: what is observed speaks
    /// against it, and what is suspected elsewhere says where those belong that only it knows of. Who takes another's
    /// word for it says that it is where that one said: two suspects that are told each other's name for it would go
    /// round in a circle.
    /// </summary>
    private static List<string> Excused(AlertCauses before, List<Candidate> sorted, string by, bool seen)
    {
        var suspects = sorted.Where(c => !c.Observed && c.Entity != by).Select(c => c.Entity).Union(before.Excused);
        return [.. (by, seen) != (before.ExcusedBy, before.ExcusedSeen) ? suspects : by.Length > 0 ? suspects.Except(before.Excused) : []];
    }

    private static Candidate? ParentOf(
        AlertState state, List<Candidate> sorted, CorrelationSettings settings, DateTimeOffset at)
    {
        var top = sorted.Find(c => state.Causes!.FleetingUntil is null || ExplainsFleeting(state, c)) is { } best && best.Score >= settings.Threshold ? best : null;
        var current = state.Causes!.Parent is { } known ? sorted.Find(c => c.Id == known.Id) : null;
        return top is null || current is null || at <= state.CreatedAt + settings.Lateness ||
            Scoring.ClassOf(top, settings.Threshold) < Scoring.ClassOf(current, settings.Threshold) ||
            top.Score >= current.Score + settings.Margin
                ? top
                : current;
    }

    /// <summary>
    /// What may come and go is put down to a fault that does not while both are there, and else only to the same
    /// trouble under another name, such as that of the next pod.
    /// </summary>
    private static bool ExplainsFleeting(AlertState state, Candidate cause) =>
        IsSameTrouble(state, cause) ||
        (state.Status == AlertStatus.Open && cause is { Observed: true, Watched: false, Nature: not KindNature.Change });

    public static bool IsSameTrouble(AlertState state, Candidate cause) =>
        cause.Entity == state.Class.Entity && cause.Kind == state.Class.Kind;
}
