using System.Data.Common;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;

namespace Correlation.Gateway.Admin;

/// <summary>The figures that only the store has. A store that does not answer is a figure too.</summary>
internal static class StoreMetrics
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task WriteAsync(
        Exposition page, IReads reads, TimeProvider time, CancellationToken cancellationToken)
    {
        var figures = await ReadAsync(reads, time, cancellationToken);
        page.Single(
            "correlation_store_up", FamilyType.Gauge, "Whether the store answers reads.", figures is null ? 0 : 1);
        if (figures is null)
        {
            return;
        }

        if (page.Begin("correlation_incidents", FamilyType.Gauge, "Incidents by status."))
        {
            foreach (var status in Enum.GetValues<IncidentStatus>())
            {
                var word = Exposition.Label("status", status.ToString().ToLowerInvariant());
                page.Sample("correlation_incidents", word, figures.Incidents.GetValueOrDefault(status));
            }
        }

        page.Single("correlation_open_alerts", FamilyType.Gauge, "Open alerts.", figures.OpenAlerts);
        page.Single("correlation_outbox_pending", FamilyType.Gauge, "Deliveries decided and not done.", figures.Outbox);
        page.Single(
            "correlation_messages_pending",
            FamilyType.Gauge,
            "Messages between grains not yet decided.",
            figures.Messages);
        page.Single("correlation_timers", FamilyType.Gauge, "Timers that are set.", figures.Timers);
        page.Single(
            "correlation_poison_commands",
            FamilyType.Gauge,
            "Commands kept because deciding them failed.",
            figures.Poison);
    }

    private static async Task<StoreFigures?> ReadAsync(
        IReads reads, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await reads.FiguresAsync(cancellationToken).AsTask().WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception fault) when (fault is DbException or UnavailableException or TimeoutException or IOException)
        {
            return null;
        }
    }
}
