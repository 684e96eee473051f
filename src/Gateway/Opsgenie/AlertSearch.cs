using Correlation.Gateway.Opsgenie.Search;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie;

/// <summary>The filter a list was asked for: a query, a saved one, or both, within what the key may see.</summary>
internal static class AlertSearch
{
    public static async ValueTask<AlertFilter> FilterAsync(
        ApiCall call, PolicyVersion policy, SavedSearches searches, FieldErrors errors)
    {
        var asked = Parse(call.Query["query"], "query", errors);
        var identifier = call.Query["searchIdentifier"];
        if (identifier.Length > 0)
        {
            var type = call.Query.Choice("searchIdentifierType", errors, "id", "name");
            var saved = await searches.FindAsync(identifier, type, call.Aborted);
            if (saved is null)
            {
                errors.Add("searchIdentifier", $"There is no saved search with {type} '{identifier}'.");
            }

            var kept = Parse(saved?.Text.Query ?? "", "searchIdentifier", errors);
            asked = (asked, kept) switch
            {
                (null, _) => kept,
                (_, null) => asked,
                _ => new AlertQuery.And(asked, kept),
            };
        }

        return Within(
            call.Key.Teams,
            asked is null ? null : dialect => AlertQuerySql.Compile(asked, dialect, policy.NamesOfTeam));
    }

    /// <summary>Null asks for everything.</summary>
    public static AlertQuery? Parse(string text, string field, FieldErrors errors)
    {
        if (!AlertQueryParser.TryParse(text, out var query, out var error))
        {
            errors.Add(field, error.ToString());
        }

        return query is AlertQuery.All ? null : query;
    }

    private static AlertFilter Within(IReadOnlyList<string> teams, Func<SearchDialect, SqlFragment>? where) =>
        teams.Count == 0 ? new AlertFilter(where)
        : new AlertFilter(dialect => TeamScope.Within(where?.Invoke(dialect) ?? new SqlFragment("", []), teams));
}
