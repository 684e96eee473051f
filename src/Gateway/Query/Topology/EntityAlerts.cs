using System.Globalization;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Query.Topology;

/// <summary>Which of some entities are ill now.</summary>
internal static class EntityAlerts
{
    public const int MostShown = 20;

    /// <summary>
    /// Open alerts by entity, the oldest first. Of a page of entities of which one has very many, the others may lack
    /// theirs: so each is asked for by itself when there were too many.
    /// </summary>
    public static async Task<ILookup<string, EntityAlertShape>> OpenAsync(
        IReads reads, IReadOnlyCollection<string> entities, ApiKey key, CancellationToken cancellationToken)
    {
        const int Most = 1_000;
        var found = entities.Count == 0 ? [] : await ListAsync(reads, entities, key, Most, cancellationToken);
        if (found.Count == Most && entities.Count > 1)
        {
            found = [];
            foreach (var entity in entities)
            {
                found.AddRange(await ListAsync(reads, [entity], key, MostShown, cancellationToken));
            }
        }

        return found.ToLookup(pair => pair.Entity, pair => pair.Alert);
    }

    private static async Task<List<(string Entity, EntityAlertShape Alert)>> ListAsync(
        IReads reads, IReadOnlyCollection<string> entities, ApiKey key, int limit, CancellationToken cancellationToken)
    {
        var filter = new AlertFilter(_ =>
        {
            List<object> values = [.. entities];
            var text = $"a.status = 'open' AND a.entity IN ({string.Join(", ", values.Select((_, i) => Name(i)))})";
            return TeamScope.Within(new SqlFragment(text, values), key.Teams);
        });
        var views = await reads.ListAlertsAsync(
            new AlertList(filter, "created_at", Descending: false, Offset: 0, limit), cancellationToken);
        return [.. views.Select(view => (view.Alert.Class.Entity, Shape(view)))];
    }

    private static EntityAlertShape Shape(AlertView view) => new(
        view.Alert.Id.ToString(),
        view.Alert.Alias,
        view.Alert.Class.Kind,
        view.Alert.Priority.ToString(),
        view.Alert.Message,
        view.Alert.StartsAt,
        view.Incident?.Id);

    private static string Name(int number) => "@q" + number.ToString(CultureInfo.InvariantCulture);
}
