using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.SavedSearches;

namespace Correlation.Gateway.Opsgenie;

/// <summary>Finds saved searches by id or name. There are few: people make them by hand.</summary>
internal sealed class SavedSearches(IGrains grains, IReads reads)
{
    private const int PageSize = 500;

    public async ValueTask<SavedSearchState?> FindAsync(
        string identifier, string type, CancellationToken cancellationToken)
    {
        if (type == "id")
        {
            var found = await grains.ReadAsync(GrainOf(identifier)) as SavedSearchState;
            return found is { Deleted: false } ? found : null;
        }

        var all = await ListAsync(cancellationToken);
        return all.FirstOrDefault(search =>
            string.Equals(search.Text.Name, identifier, StringComparison.OrdinalIgnoreCase));
    }

    public async ValueTask<IReadOnlyList<SavedSearchState>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<SavedSearchState>();
        string? after = null;
        while (true)
        {
            var page = await reads.ListGrainsAsync(GrainKind.SavedSearch, after, PageSize, cancellationToken);
            all.AddRange(page.OfType<SavedSearchState>().Where(search => !search.Deleted));
            if (page.Count < PageSize)
            {
                return all.OrderBy(search => search.Text.Name, StringComparer.OrdinalIgnoreCase).ToList();
            }

            after = page[^1].Grain.Key;
        }
    }

    public static GrainId GrainOf(string id) => new(GrainKind.SavedSearch, id);
}
