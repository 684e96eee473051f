using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Audit;

/// <summary>
/// One round over all open incidents, in slices: columns and timers tell of nearly all that they are well, and only of the
/// others the document is read. It also tells those that quiet hours hold back when the policy has changed.
/// </summary>
public sealed class IncidentAudit(IDuties duties, IReads reads, IGrains grains, TimeProvider time)
{
    public const int SliceRows = 1_000;

    /// <summary>Between two slices: 100,000 incidents take some ten seconds.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private long _reconsideredAt;

    public async Task<AuditRound> RunAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var policy = grains.Policy.Version;
        var faults = new List<(string Id, string Fault)>();
        var (count, after) = (0, (DateTimeOffset.MinValue, ""));
        while (true)
        {
            var slice = await duties.DutiesAsync(after, SliceRows, cancellationToken);
            foreach (var incident in slice)
            {
                if (await FaultAsync(incident, cancellationToken) is { } fault)
                {
                    faults.Add((incident.Id, fault));
                }

                if (incident.IsHeldBack && policy != _reconsideredAt)
                {
                    await grains.SendAsync(
                        new GrainId(GrainKind.Incident, incident.Id), new IncidentCommand.Reconsider(), CommandClass.Person);
                }
            }

            count += slice.Count;
            if (slice.Count < SliceRows)
            {
                break;
            }

            after = (slice[^1].OpenedAt, slice[^1].Id);
            await Task.Delay(Pause, time, cancellationToken);
        }

        _reconsideredAt = policy;
        return new AuditRound(time.GetUtcNow(), time.GetElapsedTime(began), count, faults);
    }

    private async ValueTask<string?> FaultAsync(IncidentTimers incident, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var isWell = incident.Due > now - IncidentDuty.Grace
            && (incident.Status != IncidentStatus.Acknowledged || incident.AcknowledgedBy is not null);
        if (isWell || await reads.FindIncidentAsync(incident.Id, cancellationToken) is not { } state)
        {
            return null;
        }

        // It was read a moment later: one that has moved on since is looked at in the next round.
        return state.Status == incident.Status ? IncidentDuty.Fault(state, incident.Due, now) : null;
    }
}
