using Correlation.Grains.Policy;
using Correlation.Grains.Silences;

namespace Correlation.Gateway.Admin;

/// <summary>What of the policy holds pages back now, and how large the topology is.</summary>
internal static class PolicyFigures
{
    public static void Write(Exposition page, PolicyVersion policy, DateTimeOffset now)
    {
        page.Single(
            "correlation_silences_active",
            FamilyType.Gauge,
            "Silences in force.",
            policy.Silences.Count(s => s.IsActive(now)));
        page.Single(
            "correlation_silences_forgotten",
            FamilyType.Gauge,
            "Silences in force for longer than silence_attention.",
            policy.Silences.Count(s => SilenceAttention.IsLong(s, policy.Settings, now)));
        page.Single(
            "correlation_maintenance_active",
            FamilyType.Gauge,
            "Maintenance windows in force.",
            policy.Maintenance.Count(window => window.At(now) is not null));
        page.Single(
            "correlation_topology_entities", FamilyType.Gauge, "Entities that are known.", policy.Topology.Known.Count);
        page.Single(
            "correlation_topology_edges", FamilyType.Gauge, "Edges of the topology.", policy.Topology.EdgeCount);
    }
}
