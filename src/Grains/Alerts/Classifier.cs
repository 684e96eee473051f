using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.Grains.Alerts;

/// <summary>
/// Says under one policy version what a signal is about: kind, entity, team, priority, route and group.
/// </summary>
public static class Classifier
{
    /// <summary>
    /// The incident's answer needs some turns: with less than this, every alert would open two incidents.
    /// </summary>
    private static readonly TimeSpan LeastHold = TimeSpan.FromMilliseconds(10);

    public static Classification Classify(Signal signal, PolicyVersion policy, DateTimeOffset at)
    {
        var kind = KindOf(signal, policy);
        var entity = EntityUrn.Of(signal.Entity, signal.Labels, kind?.EntityLabels ?? [], policy);
        var labels = MatchLabels(signal, kind?.Name ?? "", entity);
        var route = policy.Routes.First(r => r.Match.Matches(labels));
        var (team, priority) = (TeamOf(signal, kind, route, policy), PriorityOf(signal, kind, route));
        var named = signal.Responders.FirstOrDefault(r => r.Type == "escalation")?.Name ?? route.Escalation;
        var routed = named is null ? RoutedTo(team, signal, priority, policy, at) : null;
        return new Classification(
            kind?.Name ?? "",
            entity,
            team,
            priority,
            route.Name,
            DerivedId.Bounded(entity.Length > 0 ? entity : GroupOf(signal, team, route, labels)),
            HoldOf(kind, policy),
            route.GroupWait,
            route.Repeat,
            named ?? routed,
            signal.Texts.Find("runbook_url") ?? kind?.Runbook ?? "",
            signal.Actions.Count > 0 ? signal.Actions : kind?.Actions ?? [],
            policy.Version)
        {
            IsRouted = routed is not null,
        };
    }

    /// <summary>
    /// As its team's rules choose for another priority; what a route or the alert has named stays.
    /// </summary>
    public static Classification Rerouted(
        Classification found, Signal signal, Priority priority, PolicyVersion policy, DateTimeOffset at)
    {
        if (found is { Escalation: not null, IsRouted: false })
        {
            return found;
        }

        var routed = RoutedTo(found.Team, signal, priority, policy, at);
        return found with { Escalation = routed, IsRouted = routed is not null };
    }

    /// <summary>
    /// What routes and silences match on: the source's labels and, where it has none, what we made of it.
    /// </summary>
    public static Labels MatchLabels(Signal signal, string kind, string entity)
    {
        var implied = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["alertname"] = AlertName(signal),
            ["alias"] = signal.Alias,
            ["entity"] = entity,
            ["kind"] = kind,
            ["source"] = signal.Source,
        };
        return Labels.From(implied.Where(pair => pair.Value.Length > 0).Concat(signal.Labels));
    }

    /// <summary>
    /// Opsgenie senders name the alert in the message, before a dash: "Model Accuracy Drop - churn_model".
    /// </summary>
    internal static string AlertName(Signal signal)
    {
        if (signal.Labels.Find("alertname") is { Length: > 0 } name)
        {
            return name;
        }

        var dash = signal.Message.IndexOf(" - ", StringComparison.Ordinal);
        return dash > 0 ? signal.Message[..dash] : signal.Message;
    }

    internal static Kind? KindOf(Signal signal, PolicyVersion policy)
    {
        // Kubernetes names the object in a label of this name: only a kind of ours is meant by it.
        if (signal.Labels.Find("kind") is { Length: > 0 } stated &&
            policy.Kinds.FirstOrDefault(k => k.Name == stated) is { } named)
        {
            return named;
        }

        var name = AlertName(signal);
        return policy.Kinds.FirstOrDefault(k => k.AlertNames.Any(n => IsSameName(n, name)))
            ?? policy.Kinds.FirstOrDefault(k => k.Tags.Any(t => signal.Tags.Contains(t, StringComparer.OrdinalIgnoreCase)));
    }

    /// <summary>"Model Accuracy Drop", "model_accuracy_drop" and "ModelAccuracyDrop" are one name.</summary>
    internal static bool IsSameName(string one, string other)
    {
        for (int i = 0, j = 0; ; i++, j++)
        {
            i = NextOf(one, i);
            j = NextOf(other, j);
            if (i == one.Length || j == other.Length)
            {
                return i == one.Length && j == other.Length;
            }

            if (char.ToUpperInvariant(one[i]) != char.ToUpperInvariant(other[j]))
            {
                return false;
            }
        }
    }

    private static int NextOf(string name, int from)
    {
        while (from < name.Length && !char.IsLetterOrDigit(name[from]))
        {
            from++;
        }

        return from;
    }

    private static string TeamOf(Signal signal, Kind? kind, Route route, PolicyVersion policy)
    {
        IEnumerable<string?> candidates =
        [
            signal.KeyTeam,
            signal.Responders.FirstOrDefault(r => r.Type == "team" && policy.FindTeam(r.Name) is not null)?.Name,
            signal.Labels.Find("team"),
            route.Team,
            kind?.Team,
        ];
        return candidates
            .Select(name => name is { Length: > 0 } ? policy.FindTeam(name)?.Name : null)
            .FirstOrDefault(name => name is not null) ?? policy.Settings.DefaultTeam;
    }

    /// <summary>By the team's own rules; null when none takes it, and the team's escalation is climbed.</summary>
    private static string? RoutedTo(
        string team, Signal signal, Priority priority, PolicyVersion policy, DateTimeOffset at) =>
        policy.FindTeam(team)?.RoutingRules
            .FirstOrDefault(rule => rule.Hours.Hold(rule.TimeZone, at) && rule.Criteria.Matches(signal, priority))?.Escalation;

    private static Priority PriorityOf(Signal signal, Kind? kind, Route route)
    {
        if (signal.Priority is { } stated)
        {
            return stated;
        }

        if (PriorityRules.TryParse(signal.Labels.Find("priority"), out var labelled))
        {
            return labelled;
        }

        return route.Priority
            ?? kind?.Priority
            ?? (PriorityRules.TryParse(signal.Labels.Find("severity"), out var severity) ? severity : Priority.P3);
    }

    private static TimeSpan HoldOf(Kind? kind, PolicyVersion policy)
    {
        var hold = kind?.Hold ?? policy.Settings.Hold;
        return hold > LeastHold ? hold : LeastHold;
    }

    /// <summary>
    /// Of what names no entity. Another team's alert is another group: its owner is who is paged for it. So is another
    /// heartbeat: all that expire have one name, and each watches something else.
    /// </summary>
    private static string GroupOf(Signal signal, string team, Route route, Labels labels) =>
        Heartbeat.Made(signal)
            ? "group:" + signal.Alias
            : $"group:{route.Name}/{team}/" + string.Join(
                ",", route.GroupBy.Select(label => label + "=" + (labels.Find(label) ?? "")));
}
