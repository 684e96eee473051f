using Correlation.Grains.Incidents;

namespace Correlation.Silo.Storage;

/// <summary>What the audit reads, beside the writer and never in its way.</summary>
public interface IDuties
{
    /// <summary>
    /// Incidents that are not over, oldest first, after the given one; each with the timers it lives by.
    /// </summary>
    /// <exception cref="System.Data.Common.DbException">The store cannot be read; it is asked again.</exception>
    ValueTask<IReadOnlyList<IncidentTimers>> DutiesAsync(
        (DateTimeOffset OpenedAt, string Id) after, int limit, CancellationToken cancellationToken);
}

/// <param name="AcknowledgedBy">Null or empty when nobody has.</param>
/// <param name="Due">
/// Of <see cref="IncidentDuty.TimerOf"/>, or of an open one that waits whether it stays quiet; null when no such timer
/// is stored.
/// </param>
/// <param name="IsHeldBack">By quiet hours.</param>
/// <param name="ReachesNobody">As <see cref="IncidentDuty.ReachesNobody"/> says.</param>
public sealed record IncidentTimers(
    string Id, DateTimeOffset OpenedAt, IncidentStatus Status, string? AcknowledgedBy, DateTimeOffset? Due,
    bool IsHeldBack,
    bool ReachesNobody);
