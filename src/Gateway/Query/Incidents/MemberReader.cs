using System.Text.Json;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Gateway.Query.Incidents;

/// <summary>
/// Reads the members that an incident shows. Its document holds the first few; the others are child rows, and only an
/// incident that has others costs a query.
/// </summary>
internal sealed class MemberReader(IGrains grains, IReads reads)
{
    private const int Shown = 100;
    private const string Set = "members";

    /// <summary>With exact counts: memory over row.</summary>
    public async Task<IReadOnlyList<MemberShape>> OfAsync(IncidentState incident, CancellationToken cancellationToken)
    {
        var members = await ShownAsync(incident, cancellationToken);
        return await ShapeAsync(members, cancellationToken);
    }

    /// <summary>With counts as of the last checkpoint, by incident id.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<MemberShape>>> OfAsync(
        IReadOnlyList<IncidentState> incidents, CancellationToken cancellationToken)
    {
        var shown = new List<(string Id, List<Member> Members)>();
        foreach (var incident in incidents)
        {
            shown.Add((incident.Id, await ShownAsync(incident, cancellationToken)));
        }

        var counts = await reads.SeenAsync(
            [.. shown.SelectMany(s => s.Members, (_, m) => m.AlertId)], cancellationToken);
        return shown.ToDictionary(
            s => s.Id,
            IReadOnlyList<MemberShape> (s) => Shapes(s.Members, counts));
    }

    /// <summary>A page of all members, by key.</summary>
    public async Task<ListOf<MemberShape>> PageAsync(
        GrainId incident, string? after, int limit, CancellationToken cancellationToken)
    {
        var items = await reads.ItemsAsync(incident, Set, after, limit + 1, newestFirst: false, cancellationToken);
        var members = await ShapeAsync([.. items.Take(limit).Select(Read)], cancellationToken);
        return ListOf<MemberShape>.Of(items, limit, members, item => Cursor.Of(item.Key));
    }

    private async ValueTask<List<Member>> ShownAsync(IncidentState incident, CancellationToken cancellationToken)
    {
        var members = incident.FirstMembers.ToList();
        if (members.Count < Math.Min(incident.MemberCount, Shown))
        {
            var first = members.Select(m => m.AlertId).ToHashSet();
            var items = await reads.ItemsAsync(incident.Grain, Set, null, Shown, newestFirst: false, cancellationToken);
            members.AddRange(items.Select(Read).Where(m => !first.Contains(m.AlertId)).Take(Shown - members.Count));
        }

        return members;
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
