using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;
using Xunit;

namespace Correlation.Grains.Tests.Interleaving;

/// <summary>What must hold of incidents, from the alerts' own states.</summary>
internal static class Truth
{
    /// <summary>With no message on its way and no timer due.</summary>
    public static void AtRest(MessagePump pump)
    {
        foreach (var incident in pump.All<IncidentState>())
        {
            var open = pump.All<AlertState>()
                .Where(a => a.Status == AlertStatus.Open && a.IncidentId == incident.Id)
                .ToList();
            Assert.Empty(incident.Adopting);
            Assert.Null(incident.TellMembersAt);
            Assert.Equal(open.Count, incident.OpenMembers);
            Assert.Equal(open.Count(a => a.SuppressedBy.Count == 0), incident.PageableMembers);
            Assert.Equal(
                Enumerable.Range(1, 5).Select(p => open.Count(a => a.Priority == (Priority)p)).ToValueList(),
                incident.OpenByPriority);
            Assert.Equal(
                Enumerable.Range(1, 5)
                    .Select(p => open.Count(a => a.Priority == (Priority)p && a.SuppressedBy.Count == 0))
                    .ToValueList(),
                incident.PageableByPriority);
            switch (incident.Status)
            {
                case IncidentStatus.Merged or IncidentStatus.Resolved:
                    Assert.Empty(open);
                    break;
                default:
                    Assert.True(
                        open.Count > 0 || incident.KeptOpen || incident.QuietUntil is not null,
                        $"Incident {incident.Id} is {incident.Status} with no open member.");
                    break;
            }

            if (incident.Status != IncidentStatus.Merged)
            {
                var rows = pump.RowsOf(incident.Grain, "members")
                    .Select(r => JsonSerializer.Deserialize<Member>(r.Value, WireJson.Options)!)
                    .ToList();
                Assert.Equal(
                    open.Select(a => (a.Id, a.Priority, a.SuppressedBy)).OrderBy(a => a.Id),
                    rows.Where(r => r.Open)
                        .Select(r => (r.AlertId, r.Priority, r.SuppressedBy))
                        .OrderBy(r => r.AlertId));

                // An episode that joined both sides of a merge and ended before either answered is counted twice.
                Assert.InRange(incident.MemberCount, rows.Count, rows.Count + 2);
                Assert.All(incident.FirstMembers, first => Assert.Contains(first, rows));
            }
        }

        foreach (var alert in pump.All<AlertState>().Where(a => a.Status == AlertStatus.Open))
        {
            Assert.NotNull(alert.IncidentId);
            Inhibited(pump, alert);
        }
    }

    /// <summary>Alertmanager's rule in its own words, over all that is open.</summary>
    private static void Inhibited(MessagePump pump, AlertState alert)
    {
        var inhibiting =
            from rule in pump.Policy.InhibitRules
            where rule.Target.Matches(LabelsOf(alert))
            from source in pump.All<AlertState>()
            where source.Status == AlertStatus.Open && rule.Source.Matches(LabelsOf(source)) &&
                rule.Equal.All(label => (LabelsOf(source).Find(label) ?? "") == (LabelsOf(alert).Find(label) ?? "")) &&
                !(rule.Source.Matches(LabelsOf(alert)) && rule.Target.Matches(LabelsOf(source)))
            select Suppressor.OfRule(rule.Name);
        Assert.Equal(inhibiting.Distinct().Order(), alert.SuppressedBy.Where(Suppressor.IsRule));

        static Labels LabelsOf(AlertState alert) =>
            Classifier.MatchLabels(alert.Signal, alert.Class.Kind, alert.Class.Entity);
    }

    /// <summary>At every instant, whatever is on its way.</summary>
    public static void Always(IncidentState incident)
    {
        switch (incident.Status)
        {
            case IncidentStatus.Open when incident.MayPage:
                Assert.NotNull(incident.Ladder.NextAt);
                break;
            case IncidentStatus.Open when incident.OpenMembers <= 0 && incident.Adopting.Count == 0:
                Assert.NotNull(incident.QuietUntil);
                break;
            case IncidentStatus.Acknowledged:
                Assert.NotNull(incident.AcknowledgedUntil);
                break;
            case IncidentStatus.Snoozed:
                Assert.NotNull(incident.SnoozedUntil);
                break;
            case IncidentStatus.Resolved or IncidentStatus.Merged:
                Assert.Null(incident.Ladder.NextAt);
                Assert.Null(incident.AcknowledgedUntil);
                Assert.Null(incident.SnoozedUntil);
                Assert.Null(incident.QuietUntil);
                Assert.DoesNotContain(incident.Pages, p => p.State == DeliveryState.Pending);
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// A loser that paged has stopped: whoever has its alerts now pages, is in hand, or was resolved by a person since.
    /// </summary>
    public static void TakenUp(MessagePump pump, IncidentState loser, IncidentCommand.Accepted accepted)
    {
        var (heir, resolves) = (Find(accepted.SurvivorId), accepted.Resolves);
        while (heir.Status == IncidentStatus.Merged)
        {
            (heir, resolves) = (Find(heir.MergedInto!), heir.MergedResolves);
        }

        Assert.True(
            heir.Status switch
            {
                IncidentStatus.Open => heir.Ladder.NextAt is not null,
                IncidentStatus.Resolved => heir.Resolves > resolves,
                _ => true,
            },
            $"{loser.Id} stopped and {heir.Id} is silent: {heir}");

        IncidentState Find(string id) => (IncidentState)pump.States[new GrainId(GrainKind.Incident, id)];
    }
}
