using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Resources;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Shards;

public sealed partial class Shard
{
    private string? _reconsiderAfter;
    private string? _reconsiderNext;
    private DateTimeOffset? _nextMaintenance;

    /// <summary>True when every open alert was looked at under the newest policy.</summary>
    public bool IsPolicyInForce => Volatile.Read(ref _reconsiderAfter) is null;

    /// <summary>
    /// Who is on call, and what is upstream, hold no alert back: such a change need not wait until all of them were
    /// looked at.
    /// </summary>
    private static bool IsAboutSuppression(PolicyWrite write) => write is not PolicyWrite.Changed(
        _, PolicyChange.OverrideSet or PolicyChange.OverrideGone or PolicyChange.ScheduleSet or
        PolicyChange.ScheduleGone or
        PolicyChange.ContactSet or PolicyChange.ContactGone or PolicyChange.TopologyChanged or
        PolicyChange.ResourceSet { Resource: not Resource.OfAlertPolicy { Policy.Paging: not null } } or
        PolicyChange.ResourceGone { HeldBack: false });

    private void ReconsiderFromStart() => Volatile.Write(ref _reconsiderAfter, "");

    /// <summary>
    /// A window that begins or ends changes no policy, and what is open must look again all the same.
    /// </summary>
    private void NoteMaintenance(DateTimeOffset now)
    {
        if (_nextMaintenance <= now)
        {
            _nextMaintenance = _policy.NextMaintenance(now);
            ReconsiderFromStart();
        }
    }

    /// <summary>
    /// After a policy change and after recovery: one page of open alerts is compared with the silences in force, and
    /// those that differ are told. It asks what is, not what changed, so a crash in between costs nothing but a new
    /// pass.
    /// </summary>
    private void CollectReconsiderations(DateTimeOffset now)
    {
        if (_reconsiderAfter is not { } after)
        {
            return;
        }

        var page = _store.OpenAlerts(after, _options.ReconsiderPerTurn);
        foreach (var stored in page)
        {
            var state = _cache.Find(stored.Id) is { State: not RestingAlert } slot ? slot.State : Read(stored).State;
            if (state is AlertState alert && AlertSuppression.IsOutdated(alert, _policy, now))
            {
                _batch.Add(new Work(stored.Id, new AlertCommand.Reconsider()));
            }
        }

        _reconsiderNext = page.Count == 0 ? null : page[^1].Id.Key;
    }

    private void AdvanceReconsideration()
    {
        if (_reconsiderNext != _reconsiderAfter)
        {
            Volatile.Write(ref _reconsiderAfter, _reconsiderNext);
        }
    }
}
