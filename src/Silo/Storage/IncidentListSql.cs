using Correlation.Gateway.Seams;

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
            // Named in full, so that the index on it is used: those that people look at are a small part of the table.
            if (list.Statuses.Select(IncidentColumns.IsActive).Distinct().ToList() is [var active])
            {
                terms.Add($"active = {Next(active)}");
            }

            terms.Add($"status IN ({Join(list.Statuses.Select(IncidentColumns.StatusOf))})");
        }

        if (list.Priorities.Count > 0)
        {
            terms.Add($"priority IN ({Join(list.Priorities.Select(AlertColumns.PriorityOf))})");
        }

        if (list.Team is { } team)
        {
            terms.Add($"team = {Next(team)}");
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
}
