using System.Globalization;
using Correlation.Gateway.Opsgenie.Search;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Query.Alerts;

/// <summary>
/// The filter of an alert list: Opsgenie's query language, within what the key may see, after the page before.
/// </summary>
internal static class AlertQueryFilter
{
    public static AlertFilter Of(string? text, AlertCursor? after, ApiKey key, PolicyVersion policy, Fields fields)
    {
        if (!AlertQueryParser.TryParse(text, out var query, out var error))
        {
            fields.Wrong("query", $"'query': {error}");
            return new AlertFilter(null);
        }

        return new AlertFilter(dialect =>
        {
            var asked = TeamScope.Within(AlertQuerySql.Compile(query, dialect, policy.NamesOfTeam), key.Teams);
            return after is not { } last
                ? asked
                : And(asked, "(a.created_at, a.tiny_id) < ({0}, {1})", last.CreatedAt, last.Number);
        });
    }

    /// <param name="condition">With {0}, {1}, ... where the values go.</param>
    private static SqlFragment And(SqlFragment asked, string condition, params object[] values)
    {
        object[] names = [.. values.Select((_, i) =>
            "@q" + (asked.Parameters.Count + i).ToString(CultureInfo.InvariantCulture))];
        var text = string.Format(CultureInfo.InvariantCulture, condition, names);
        return new SqlFragment(
            asked.Text.Length == 0 ? text : $"({asked.Text}) AND {text}", [.. asked.Parameters, .. values]);
    }
}
