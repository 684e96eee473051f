using Correlation.Grains.Model;
using Correlation.Grains.Policy.Matchers;

namespace Correlation.Grains.Policy;

/// <summary>What a maintenance window covers: all that is said must hold, and what is empty is not asked.</summary>
/// <param name="Entities">URNs such as <c>model:churn_model</c>.</param>
/// <param name="Integrations">Ids of those by which the alert came.</param>
public sealed record MaintenanceScope(
    MatcherSet Match, ValueList<string> Teams, ValueList<string> Entities, ValueList<string> Integrations)
{
    /// <param name="labels">What silences match on.</param>
    public bool Covers(Labels labels, string team, string entity, string integration) =>
        Has(Teams, team) && Has(Entities, entity) && Has(Integrations, integration) && Match.Matches(labels);

    private static bool Has(ValueList<string> asked, string name) => asked.Count == 0 || asked.Contains(name);
}
