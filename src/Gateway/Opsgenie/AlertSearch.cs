using System.Globalization;
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

        return Within(call.Key.Team, null);
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
