using System.Globalization;
using System.Text.Json;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;

namespace Correlation.Gateway.Query;

/// <summary>A line of the history, in timelines and in the event stream.</summary>
/// <param name="Id">A number as text: it is past what JavaScript's numbers can hold.</param>
/// <param name="Type">opened, joined, page, acknowledged, resolved and the like.</param>
/// <param name="Actor">Who did it; empty for the service itself.</param>
public sealed record HistoryLine(
    string Id, DateTimeOffset At, string Type, HistoryOwner Owner, string Text, string Actor)
{
    internal static HistoryLine Of(TimelineRow row) => new(
        row.Id.ToString(CultureInfo.InvariantCulture),
        row.At,
        row.Type,
        new HistoryOwner(KindOf(row.Owner.Kind), row.Owner.Key),
        row.Text,
        row.Actor);

    /// <summary>Every kind has a word: a row without one would end the event stream for good.</summary>
    private static string KindOf(GrainKind kind) => kind switch
    {
        // An episode of an alert keeps its history under its own id, from its opening on.
        GrainKind.ClosedAlert => "alert",
        _ => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString()),
    };
}

/// <param name="Kind">alert, entity, incident, silence, heartbeat, override, contact and the like.</param>
/// <param name="Id">The incident's or alert's id; a name.</param>
public sealed record HistoryOwner(string Kind, string Id);
