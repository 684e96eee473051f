using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

/// <summary>Alertmanager's form; only the name is ours, because whoever was not paged is told which rule it was.</summary>
internal static class InhibitRuleReader
{
    public static InhibitRule Read(Entry entry) => new(
        entry.Name(Section.InhibitRules),
        MatcherReader.ReadRequired(entry, "source_matchers"),
        MatcherReader.ReadRequired(entry, "target_matchers"),
        entry.Texts("equal"));
}
