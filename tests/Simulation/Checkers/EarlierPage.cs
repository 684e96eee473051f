using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;

namespace Correlation.Simulation.Checkers;

/// <summary>Decisions whose page was decided before.</summary>
internal static class EarlierPage
{
    /// <summary>It is one that was on its way or had arrived, and not one that was given up and arrived all the same.</summary>
    /// <param name="before">The incident before the turn; null when the turn made it.</param>
    public static bool IsShared(PageDecision decision, IncidentState? before, TurnWrite write) =>
        decision is { OfEarlierPage: true, Page: { } id } &&
        before?.Pages.FirstOrDefault(page => page.Id == id)?.State != DeliveryState.Cancelled &&
        !write.Outbox.Contains(new DeliveryChange.Finish(id, DeliveryState.Cancelled));
}
