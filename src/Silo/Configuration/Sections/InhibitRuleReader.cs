using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

/// <summary>
/// Alertmanager's form; only the name is ours, because whoever was not paged is told which rule it was.
/// </summary>
internal static class InhibitRuleReader
{
    public static InhibitRule Read(Entry entry)
    {
        var rule = new InhibitRule(
            entry.Name(Section.InhibitRules),
            MatcherReader.ReadRequired(entry, "source_matchers"),
            MatcherReader.ReadRequired(entry, "target_matchers"),
            entry.Texts("equal"));
        entry.Reading.OnceAllIsRead(policy => WarnOfEachOther(entry, policy, rule));
        return rule;
    }

    /// <summary>Each pair once, at the later rule. A rule whose matchers could not be read is none yet.</summary>
    private static void WarnOfEachOther(Entry entry, PolicyVersion policy, InhibitRule rule)
    {
        if (entry.Reading.HasErrors)
        {
            return;
        }

        foreach (var other in policy.InhibitRules.TakeWhile(other => other != rule).Where(rule.MayHoldEachOther))
        {
            entry.Reading.Warn(
                entry.Where("source_matchers"),
                $"matches what rule '{other.Name}' holds back, and the other way round: two such alerts hold each other back, and neither pages",
                "matchers that say of the two which one explains the other");
        }
    }
}
