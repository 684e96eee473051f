using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;

namespace Correlation.Silo.Storage;

/// <summary>The filters of the incident list as SQL that both databases read.</summary>
internal static class IncidentListSql
{
    public static SqlFragment Where(IncidentList list)
    {
        var parameters = new List<object>();
        var terms = new List<string> { "1 = 1" };
        if (list.Statuses.Count > 0)
        {
            // A status alone has an index; beside other filters the indexes begin with them and what is active.
            var isAlone = list is { Statuses.Count: 1, Priorities.Count: 0, Teams.Count: 0, Owner: null };
            var active = list.Statuses.Select(IncidentColumns.IsActive).Distinct().ToList();
            if (active is [var one] && !isAlone)
            {
                terms.Add($"active = {Next(one)}");
            }

            // Of all that are active it says no more, and a planner that takes both for rare reads them all to sort
            // them. As words and no parameters: the index on those that are resolved has a condition.
            if (active.Count != 1 || !AllThatAre(active[0]).SetEquals(list.Statuses))
            {
                terms.Add($"status IN ({string.Join(", ", list.Statuses.Select(status => $"'{IncidentColumns.StatusOf(status)}'"))})");
            }
        }

        if (list.Priorities.Count > 0)
        {
            terms.Add($"priority IN ({Join(list.Priorities.Select(AlertColumns.PriorityOf))})");
        }

        if (list.Teams.Count > 0)
        {
            terms.Add($"team IN ({Join(list.Teams)})");
        }

        if (list.Owner is { } owner)
        {
            terms.Add($"owner = {Next(owner)}");
        }

        if (list.OpenedAfter is { } after)
        {
            terms.Add($"opened_at > {Next(Milliseconds.Of(after))}");
        }

        if (list.OpenedBefore is { } before)
        {
            terms.Add($"opened_at < {Next(Milliseconds.Of(before))}");
        }

        if (list.Cursor is { } cursor)
        {
            terms.Add($"(opened_at, id) < ({Next(Milliseconds.Of(cursor.OpenedAt))}, {Next(cursor.Id)})");
        }

        return new SqlFragment(string.Join(" AND ", terms), parameters);

        string Next(object value)
        {
            parameters.Add(value);
            return $"@q{parameters.Count - 1}";
        }

        string Join(IEnumerable<string> values) => string.Join(", ", values.Select(Next));
    }

    private static HashSet<IncidentStatus> AllThatAre(bool active) =>
        [.. Enum.GetValues<IncidentStatus>().Where(status => IncidentColumns.IsActive(status) == active)];
}
