using System.Globalization;
using Correlation.Gateway.Opsgenie.Search;
using Correlation.Gateway.Seams;

namespace Correlation.Gateway.Opsgenie;

/// <summary>The filter a list was asked for, within what the key may see.</summary>
internal static class AlertSearch
{
    public static AlertFilter FilterOf(ApiCall call, FieldErrors errors)
    {
        if (call.Query["searchIdentifier"].Length > 0)
        {
            errors.Add("searchIdentifier", "Saved searches are not supported: give the query itself.");
        }

        if (!AlertQueryParser.TryParse(call.Query["query"], out var query, out var error))
        {
            errors.Add("query", error.ToString());
        }

        return Within(call.Key.Team, query is null or AlertQuery.All ? null : d => AlertQuerySql.Compile(query, d));
    }

    private static AlertFilter Within(string? team, Func<SearchDialect, SqlFragment>? where) => team is null
        ? new AlertFilter(where)
        : new AlertFilter(dialect =>
        {
            if (where is null)
            {
                return new SqlFragment("a.team = @q0", [team]);
            }

            var asked = where(dialect);
            var next = asked.Parameters.Count.ToString(CultureInfo.InvariantCulture);
            return new SqlFragment($"({asked.Text}) AND a.team = @q{next}", [.. asked.Parameters, team]);
        });
}
