using System.Data.Common;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Audit;

/// <summary>
/// One round over all open incidents, in slices: columns and timers tell of nearly all that they are well, and only of
/// the others the document is read. It also tells those that quiet hours hold back when the policy has changed.
/// </summary>
public sealed class IncidentAudit(IDuties duties, IReads reads, IGrains grains, TimeProvider time)
{
    public const int SliceRows = 1_000;

    /// <summary>Between two slices: 100,000 incidents take some ten seconds.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Told together: so many are decided in one turn or a few, and others have theirs in between.</summary>
    private const int ToldAtOnce = 100;

    /// <summary>The next round comes before then.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    private long _reconsideredAt;

    /// <summary>Timers that the next round should find fired, and what the latest has found faulty.</summary>
    private Dictionary<string, DateTimeOffset?> _watched = [];

    public async Task<AuditRound> RunAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var policy = grains.Policy.Version;
        var faults = new List<(string Id, string Fault)>();
        var watched = new Dictionary<string, DateTimeOffset?>();
        var (count, after) = (0, (DateTimeOffset.MinValue, ""));
        while (true)
        {
            var slice = await duties.DutiesAsync(after, SliceRows, cancellationToken);
            foreach (var incident in slice)
            {
                if (incident.Due < time.GetUtcNow() + Soon)
                {
                    watched[incident.Id] = incident.Due;
                }

                if (await FaultAsync(incident, after, cancellationToken) is { } fault)
                {
                    faults.Add((incident.Id, fault));
                    watched[incident.Id] = null;
                }

                after = (incident.OpenedAt, incident.Id);
            }

            if (policy != _reconsideredAt)
            {
                await ReconsiderAsync(slice.Where(incident => incident.IsHeldBack));
            }

            count += slice.Count;
            if (slice.Count < SliceRows)
            {
                break;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        _watched = watched;
        _reconsideredAt = policy;
        return new AuditRound(time.GetUtcNow(), time.GetElapsedTime(began), count, faults);
    }

    private async Task ReconsiderAsync(IEnumerable<IncidentTimers> held)
    {
        foreach (var some in held.Chunk(ToldAtOnce))
        {
            await Task.WhenAll(some.Select(incident => grains.SendAsync(
                new GrainId(GrainKind.Incident, incident.Id), new IncidentCommand.Reconsider(), CommandClass.Person).AsTask()));
        }
    }

    private async ValueTask<string?> FaultAsync(
        IncidentTimers incident, (DateTimeOffset OpenedAt, string Id) before, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();

        // A timer that fails is tried again later and later; only the document still says since when.
        var mayHaveFailed = _watched.TryGetValue(incident.Id, out var due) && (due is null || due <= now) &&
            incident.Due != due;
        var isWell = incident.Due > now - IncidentDuty.Grace
            && !mayHaveFailed
            && !incident.ReachesNobody
            && (incident.Status != IncidentStatus.Acknowledged || !string.IsNullOrEmpty(incident.AcknowledgedBy));
        if (isWell || await DocumentFaultAsync(incident, now, cancellationToken) is not { } fault)
        {
            return null;
        }

        // Timers and document were read one after the other: one that has moved on since is looked at in the next
        // round.
        var again = await duties.DutiesAsync(before, 1, cancellationToken);
        return again is [var same] && same == incident ? fault : null;
    }

    /// <summary>What cannot be read is a fault of this one: the others are looked at all the same.</summary>
    private async ValueTask<string?> DocumentFaultAsync(
        IncidentTimers incident, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return await reads.FindIncidentAsync(incident.Id, cancellationToken) is { } state && state.Status == incident.Status
                ? IncidentDuty.Fault(state, incident.Due, now)
                : null;
        }
        catch (Exception e)
            when (e is not (DbException or UnavailableException or IOException or OperationCanceledException))
        {
            return "cannot be read: " + e.Message;
        }
    }
}
