using System.Text.Json;
using Correlation.Grains.Contacts;
using Correlation.Grains.Entities;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Inhibitions;
using Correlation.Grains.Lineage;
using Correlation.Grains.Maintenance;
using Correlation.Grains.Model;
using Correlation.Grains.Overrides;
using Correlation.Grains.Resources;
using Correlation.Grains.SavedSearches;
using Correlation.Grains.Schedules;
using Correlation.Grains.Silences;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Storage;

/// <summary>
/// Finds the small grains that are of no use any more: silences and overrides that ended long ago, inhibitions without
/// alerts, heartbeats, searches, schedules and contacts that were deleted, jobs that are not reported any more,
/// entities of which no incident is left. What the loop still holds of one in memory is written anew when it is touched
/// again. Their table has no times, so it is walked by key, some rows at a time, and not more often than is of use.
/// </summary>
internal sealed class GrainSweep
{
    private const int SliceRows = 200;
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private GrainId _after;
    private DateTimeOffset _next;

    /// <returns>True when the walk is not at its end.</returns>
    public bool Slice(ISweptGrains grains, DateTimeOffset now, DateTimeOffset closedBefore)
    {
        if (now < _next)
        {
            return false;
        }

        var rows = grains.After(_after, SliceRows);
        var states = rows.Select(Read).OfType<GrainState>().ToList();
        var entities = states.OfType<EntityState>().ToList();
        var kept = entities.Count == 0 ? [] : grains.Incidents([.. entities.SelectMany(IncidentsOf)]);
        grains.Drop([.. states
            .Where(state => state is EntityState entity
                ? entity.IsIdle && !IncidentsOf(entity).Any(kept.Contains)
                : HasEnded(state, closedBefore))
            .Select(state => state.Grain)]);

        var more = rows.Count == SliceRows;
        _after = more ? rows[^1].Grain : default;
        _next = more ? now : now + Every;
        return more;
    }

    /// <returns>Null for what another release wrote: it stays.</returns>
    private static GrainState? Read((GrainId Grain, byte[] Document, byte[] Tally) row)
    {
        try
        {
            return row.Grain.Kind is GrainKind.Entity or GrainKind.Silence or GrainKind.Inhibition or GrainKind.Maintenance or GrainKind.Heartbeat or GrainKind.SavedSearch
                or GrainKind.Override or GrainKind.Schedule or GrainKind.Job or GrainKind.Contact or GrainKind.Resource
                ? StateWire.Read(row.Grain.Kind, row.Document, row.Tally)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool HasEnded(GrainState state, DateTimeOffset closedBefore) => state switch
    {
        JobState job => job.LastAt < closedBefore && !job.Missing,
        SilenceState silence => silence.NextAt is null && silence.Silence.EndsAt < closedBefore,
        InhibitionState inhibition => inhibition.IsEmpty,
        MaintenanceState { ForgetAt: null } maintenance => maintenance.Deleted || maintenance.EndsAt < closedBefore,
        HeartbeatState heartbeat => heartbeat.Deleted,
        OverrideState made => made.ForgetAt is null && made.UpdatedAt < closedBefore,
        ScheduleState schedule => schedule.Deleted && schedule.UpdatedAt < closedBefore,
        ContactState contact => contact.Deleted && contact.UpdatedAt < closedBefore,
        ResourceState resource => resource.Deleted && resource.UpdatedAt < closedBefore,
        SavedSearchState search => search.Deleted && search.UpdatedAt < closedBefore,
        _ => false,
    };

    /// <summary>
    /// All that it ever opened, since a new entity of the same key would open them under the same ids; and the one that
    /// took its own over, to which its alerts go.
    /// </summary>
    private static IEnumerable<string> IncidentsOf(EntityState entity) => Enumerable.Range(1, entity.Opened)
        .Select(n => DerivedId.Of("incident", entity.Key, n).ToString())
        .Concat(entity.IncidentId is { } current ? [current] : []);
}

/// <summary>The rows of small grains, as a sweep needs them. Used within one transaction.</summary>
internal interface ISweptGrains
{
    /// <summary>By kind and key.</summary>
    List<(GrainId Grain, byte[] Document, byte[] Tally)> After(GrainId grain, int limit);

    /// <summary>Those of the ids that are stored or that a message is on its way to.</summary>
    HashSet<string> Incidents(IReadOnlyCollection<string> ids);

    void Drop(IReadOnlyCollection<GrainId> grains);
}
