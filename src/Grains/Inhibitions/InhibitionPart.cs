using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Inhibitions;

/// <summary>What a rule makes of an alert, by its labels.</summary>
/// <param name="Key">Of the inhibition grain: the rule, and the values of its equal labels.</param>
public sealed record InhibitionPart(string Key, string Rule, bool IsSource, bool IsTarget)
{
    /// <returns>Null when the rule does not concern an alert with these labels.</returns>
    public static InhibitionPart? Of(InhibitRule rule, Labels labels)
    {
        var (source, target) = (rule.Source.Matches(labels), rule.Target.Matches(labels));
        return source || target ? new InhibitionPart(KeyOf(rule, labels), rule.Name, source, target) : null;
    }

    private static string KeyOf(InhibitRule rule, Labels labels) => DerivedId.Bounded(
        rule.Name + "/" + string.Join(",", rule.Equal.Select(label => label + "=" + (labels.Find(label) ?? ""))));
}

/// <summary>An episode of an alert as an inhibition knows it.</summary>
public sealed record InhibitionParty(Guid AlertId, string Alias, string Title, bool IsSource, bool IsTarget)
{
    public bool IsBoth => IsSource && IsTarget;
}

/// <summary>An alert's standing under the rules that concern it.</summary>
/// <param name="Awaiting">Keys whose first answer has not come: until then no incident is told of the alert.</param>
/// <param name="By">Who holds it back.</param>
public sealed record InhibitionStanding(
    ValueList<InhibitionPart> Parts, ValueList<string> Awaiting, ValueList<Inhibitor> By)
{
    /// <summary>While it is held back: when it asks whether it still is.</summary>
    public DateTimeOffset? AskAt { get; init; }

    /// <summary>Keys that were asked and have not answered.</summary>
    public ValueList<string> Asked { get; init; } = [];
}

/// <summary>The alert that fires, as it was when this was told; another may have taken its place since.</summary>
public sealed record Inhibitor(string Key, string Rule, string Alias, string Title);
