using System.Globalization;
using Correlation.Gateway.Opsgenie.Search;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Query.Alerts;

/// <summary>The filter of an alert list: Opsgenie's query language, within what the key may see.</summary>
internal static class AlertQueryFilter
{
    public static AlertFilter Of(string? text, ApiKey key, Fields fields)
    {
        if (!AlertQueryParser.TryParse(text, out var query, out var error))
        {
            fields.Wrong("query", $"'query': {error}");
            return new AlertFilter(null);
        }

        return new AlertFilter(dialect =>
        {
            var asked = AlertQuerySql.Compile(query, dialect);
            var next = asked.Parameters.Count.ToString(CultureInfo.InvariantCulture);
            return key.Team is null
                ? asked
                : new SqlFragment($"({asked.Text}) AND a.team = @q{next}", [.. asked.Parameters, key.Team]);
        });
    }
}
