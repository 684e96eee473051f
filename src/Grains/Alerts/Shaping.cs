using System.Text.RegularExpressions;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Alerts;

/// <summary>What alert policies make of a signal when its episode opens, and what the result is about.</summary>
public static partial class Shaping
{
    private const int LongestMessage = 130;
    private const int LongestText = 15_000;

    /// <summary>
    /// The policies of a team are asked when it is known whose the alert is; they may change that once.
    /// </summary>
    public static (Signal Signal, Classification Class) Shape(Signal signal, PolicyVersion policy, DateTimeOffset at)
    {
        if (policy.AlertPolicies.Count == 0)
        {
            return (signal, Classifier.Classify(signal, policy, at));
        }

        var (shared, found) = Apply(signal, null, policy, at);
        var (own, _) = Apply(shared, found.Team, policy, at);
        return (own, ReferenceEquals(own, shared) ? found : Classifier.Classify(own, policy, at));
    }

    private static (Signal Signal, Classification Class) Apply(
        Signal signal, string? team, PolicyVersion policy, DateTimeOffset at)
    {
        var found = Classifier.Classify(signal, policy, at);
        foreach (var rule in policy.AlertPolicies.Where(rule => rule.Enabled && string.Equals(rule.Team, team, StringComparison.OrdinalIgnoreCase)))
        {
            if (!rule.Hours.Hold("UTC", at) || !rule.Filter.Matches(signal, found.Priority))
            {
                continue;
            }

            signal = Changed(signal, rule, found.Priority);
            found = Classifier.Classify(signal, policy, at);
            if (!rule.Continues)
            {
                break;
            }
        }

        return (signal, found);
    }

    private static Signal Changed(Signal signal, AlertPolicy rule, Priority priority) => signal with
    {
        Message = Filled(rule.Message, signal.Message, signal, priority, LongestMessage) is { Length: > 0 } message
            ? message
            : signal.Message,
        Description = Filled(rule.Description, signal.Description, signal, priority, LongestText),
        Entity = Filled(rule.Entity, signal.Entity, signal, priority, LongestText),
        Source = Filled(rule.Source, signal.Source, signal, priority, LongestText),
        Priority = rule.Priority ?? signal.Priority,
        Actions = Together(rule.DropsActions ? [] : signal.Actions, rule.Actions),
        Tags = Together(rule.DropsTags ? [] : signal.Tags, rule.Tags),
        Responders = Together(Kept(signal.Responders, rule), rule.Responders),
        Labels = Labels.From((rule.DropsDetails ? Labels.Empty : signal.Labels).Concat(rule.Details)),
    };

    private static ValueList<Responder> Kept(ValueList<Responder> responders, AlertPolicy rule) => rule.DropsResponders ? []
        : rule.DropsTeams ? responders.Where(responder => responder.Type != "team").ToValueList()
        : responders;

    private static ValueList<T> Together<T>(ValueList<T> one, ValueList<T> other) =>
        other.Count == 0 ? one : one.Concat(other).Distinct().ToValueList();

    /// <summary>What is unknown stays as it is written: it would else be an empty message in the night.</summary>
    private static string Filled(string template, string before, Signal signal, Priority priority, int longest)
    {
        longest = Math.Max(longest, before.Length);
        var filled = Field().Replace(template, match => match.Groups[1].Value.ToUpperInvariant() switch
        {
            "MESSAGE" => signal.Message,
            "DESCRIPTION" => signal.Description,
            "ALIAS" => signal.Alias,
            "ENTITY" => signal.Entity,
            "SOURCE" => signal.Source,
            "PRIORITY" => priority.ToString(),
            _ => match.Value,
        });
        return filled.Length <= longest
            ? filled
            : filled[..(char.IsHighSurrogate(filled[longest - 1]) ? longest - 1 : longest)];
    }

    [GeneratedRegex(@"\{\{\s*([A-Za-z]+)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Field();
}
