using System.Data.Common;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;

namespace Correlation.Gateway.Admin;

/// <summary>
/// The figures that only the store has. A store that does not answer is a figure too; one that could not count
/// something in time is up, and only that figure is missing.
/// </summary>
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

        if (figures.Incidents is { } incidents &&
            page.Begin("correlation_incidents", FamilyType.Gauge, "Incidents by status."))
        {
            foreach (var status in Enum.GetValues<IncidentStatus>())
            {
                var word = Exposition.Label("status", status.ToString().ToLowerInvariant());
                page.Sample("correlation_incidents", word, incidents.GetValueOrDefault(status));
            }
        }

        Gauge("correlation_open_alerts", "Open alerts.", figures.OpenAlerts);
        Gauge("correlation_outbox_pending", "Deliveries decided and not done.", figures.Outbox);
        Gauge("correlation_messages_pending", "Messages between grains not yet decided.", figures.Messages);
        Gauge("correlation_timers", "Timers that are set.", figures.Timers);
        Gauge("correlation_poison_commands", "Commands kept because deciding them failed.", figures.Poison);

        void Gauge(string family, string help, long? figure)
        {
            if (figure is { } counted)
            {
                page.Single(family, FamilyType.Gauge, help, counted);
            }
        }
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
