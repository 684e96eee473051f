using System.Text.Json;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Gateway.Query.Incidents;

/// <summary>
/// Reads the members that an incident shows. Its document holds the first few; the others are child rows, and only
/// incidents that have others cost a query.
/// </summary>
internal sealed class MemberReader(IGrains grains, IReads reads)
{
    private const int Shown = 100;
    public const string Set = "members";

    /// <summary>With exact counts: memory over row.</summary>
    public async Task<IReadOnlyList<MemberShape>> OfAsync(IncidentState incident, CancellationToken cancellationToken)
    {
        var shown = await ShownAsync([incident], cancellationToken);
        return await ShapeAsync(shown[incident.Id], cancellationToken);
    }

    /// <summary>With counts as of the last checkpoint, by incident id.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<MemberShape>>> OfAsync(
        IReadOnlyList<IncidentState> incidents, CancellationToken cancellationToken)
    {
        var shown = await ShownAsync(incidents, cancellationToken);
        var counts = await reads.SeenAsync(
            [.. shown.Values.SelectMany(members => members, (_, m) => m.AlertId)], cancellationToken);
        return shown.ToDictionary(of => of.Key, IReadOnlyList<MemberShape> (of) => Shapes(of.Value, counts));
    }

    /// <summary>A page of all members, by key.</summary>
    public async Task<ListOf<MemberShape>> PageAsync(
        GrainId incident, string? after, int limit, CancellationToken cancellationToken)
    {
        var items = await reads.ItemsAsync(incident, Set, after, limit + 1, newestFirst: false, cancellationToken);
        var members = await ShapeAsync([.. items.Take(limit).Select(Read)], cancellationToken);
        return ListOf<MemberShape>.Of(items, limit, members, item => Cursor.Of(Set, item.Key));
    }

    /// <summary>By incident id; one query for all that have more than their documents hold.</summary>
    private async ValueTask<Dictionary<string, List<Member>>> ShownAsync(
        IReadOnlyList<IncidentState> incidents, CancellationToken cancellationToken)
    {
        var others = incidents.Where(incident => incident.FirstMembers.Count < Math.Min(incident.MemberCount, Shown))
            .Select(incident => incident.Grain.Key).ToList();
        var items = others.Count == 0
            ? new Dictionary<string, IReadOnlyList<Item>>()
            : await reads.FirstItemsAsync(GrainKind.Incident, others, Set, Shown, cancellationToken);
        return incidents.ToDictionary(
            incident => incident.Id,
            incident => incident.FirstMembers
                .UnionBy(items.GetValueOrDefault(incident.Grain.Key, []).Select(Read), member => member.AlertId)
                .Take(Shown).ToList());
    }

    private async Task<IReadOnlyList<MemberShape>> ShapeAsync(
        IReadOnlyList<Member> members, CancellationToken cancellationToken)
    {
        // All are asked before the first is awaited: the loop answers them in one turn.
        var open = members.Where(m => m.Open)
            .Select(m => grains.ReadAsync(new GrainId(GrainKind.Alert, m.Alias)).AsTask())
            .ToList();
        var counts = new Dictionary<Guid, long>(
            await reads.SeenAsync([.. members.Select(m => m.AlertId)], cancellationToken));
        foreach (var alert in (await Task.WhenAll(open)).OfType<AlertState>())
        {
            counts[alert.Id] = alert.Count.Seen;
        }

        return Shapes(members, counts);
    }

    private static List<MemberShape> Shapes(IReadOnlyList<Member> members, IReadOnlyDictionary<Guid, long> counts) =>
        [.. members.Select(m => MemberShape.Of(m, counts.GetValueOrDefault(m.AlertId, 1)))];

    private static Member Read(Item item) => JsonSerializer.Deserialize<Member>(item.Body, WireJson.Options)!;
}
