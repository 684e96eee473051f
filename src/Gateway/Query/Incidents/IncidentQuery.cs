using System.ComponentModel;
using System.Globalization;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Query.Incidents;

/// <summary>The filters of the incident list, as they are in the address.</summary>
internal sealed class IncidentQuery
{
    [Description("open, acknowledged, snoozed, resolved, merged, with commas, or all. By default not the last two.")]
    public string? Status { get; init; }

    [Description("P1 to P5, several with commas.")]
    public string? Priority { get; init; }

    [Description("Name of the owning team; also finds what it had under a former name.")]
    public string? Team { get; init; }

    [Description("Name of the user who has it.")]
    public string? Owner { get; init; }

    [Description("Opened after this time.")]
    public string? Since { get; init; }

    [Description("Opened before this time.")]
    public string? Until { get; init; }

    [Description("1 to 100, by default 50.")]
    public string? Limit { get; init; }

    [Description("The 'next' of the page before.")]
    public string? Cursor { get; init; }

    /// <summary>One more than the limit is asked for: it tells whether there is a next page.</summary>
    internal IncidentList Read(Fields fields, ApiKey key, PolicyVersion policy)
    {
        var all = string.Equals(Status, "all", StringComparison.OrdinalIgnoreCase);
        var statuses = all ? [] : fields.OneOf("status", Status, IncidentWords.Statuses);
        var team = fields.Filter("team", Team);
        return new IncidentList(
            statuses.Count > 0 || all ? statuses : IncidentWords.Active,
            fields.OneOf("priority", Priority, IncidentWords.Priorities),
            key.Team is not null ? key.Teams : team is null ? [] : policy.NamesOfTeam(team),
            fields.Filter("owner", Owner),
            fields.Time("since", Since),
            fields.Time("until", Until),
            CursorOf(fields),
            fields.Limit(Limit) + 1);
    }

    internal static string CursorAfter(IncidentState incident) =>
        Query.Cursor.Of("incidents", incident.OpenedAt.UtcTicks.ToString(CultureInfo.InvariantCulture), incident.Id);

    private IncidentCursor? CursorOf(Fields fields)
    {
        if (fields.Cursor("incidents", Cursor, 2) is not { } parts)
        {
            return null;
        }

        if (long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTimeOffset.MaxValue.Ticks)
        {
            return new IncidentCursor(new DateTimeOffset(ticks, TimeSpan.Zero), parts[1]);
        }

        fields.WrongCursor();
        return null;
    }
}
