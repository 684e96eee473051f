using System.Globalization;
using System.Text.Json;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie;

/// <summary>One alert, and what hangs on it: notes, history, whom it was told to.</summary>
internal sealed class AlertReads(IGrains grains, IReads reads, AlertLookup lookup)
{
    public ValueTask<ApiAnswer> GetAsync(ApiCall call, AlertPath path) => WithAlertAsync(call, path, view =>
        new(ApiAnswer.Ok(json => AlertJson.WriteWhole(json, view, grains.Policy))));

    /// <summary>Notes on the alert and on its incident, where those given with an acknowledgement are.</summary>
    public ValueTask<ApiAnswer> NotesAsync(ApiCall call, AlertPath path) => WithAlertAsync(call, path, async view =>
    {
        var notes = await AlertNotes.ReadAsync(reads, view, call.Aborted);
        return Page(call, notes, note => note.Offset, (json, note) =>
        {
            json.WriteString("note", note.Text.Note);
            json.WriteString("owner", note.Text.Owner);
            AlertJson.WriteTime(json, "createdAt", note.Text.CreatedAt);
            json.WriteString("offset", note.Offset);
        });
    });

    public ValueTask<ApiAnswer> LogsAsync(ApiCall call, AlertPath path) => WithAlertAsync(call, path, async view =>
    {
        var lines = new List<TimelineRow>(await AllAsync(view.Alert.History, call.Aborted));
        if (view.Incident is { } incident)
        {
            lines.AddRange(await AllAsync(incident.Grain, call.Aborted));
        }

        lines.Sort((one, other) => one.Id.CompareTo(other.Id));
        if (view.Alert.Count.Seen > 1)
        {
            var later = lines.FindIndex(line => line.At > view.Alert.Count.LastSeenAt);
            lines.Insert(later < 0 ? lines.Count : later, Repeats(view.Alert));
        }

        return Page(call, lines, OffsetOf, (json, line) =>
        {
            json.WriteString("log", line.Text);
            json.WriteString("type", line.Type == "paged" ? "alertRecipient" : "system");
            json.WriteString("owner", line.Actor.Length > 0 ? line.Actor : "System");
            AlertJson.WriteTime(json, "createdAt", line.At);
            json.WriteString("offset", OffsetOf(line));
        });
    });

    public ValueTask<ApiAnswer> RecipientsAsync(ApiCall call, AlertPath path) => WithAlertAsync(call, path, view =>
    {
        var latest = (view.Incident?.Pages ?? [])
            .GroupBy(page => page.Who, StringComparer.OrdinalIgnoreCase)
            .Select(pages => (First: pages.First(), Last: pages.Last()))
            .ToList();
        return new(ApiAnswer.Ok(json =>
        {
            json.WriteStartArray();
            foreach (var (first, last) in latest)
            {
                WriteRecipient(json, grains.Policy, first, last, view.Incident!);
            }

            json.WriteEndArray();
        }));
    });

    public ValueTask<ApiAnswer> AttachmentsAsync(ApiCall call, AlertPath path) => WithAlertAsync(call, path, _ =>
        new(ApiAnswer.Ok(json =>
        {
            json.WriteStartArray();
            json.WriteEndArray();
        })));

    private async ValueTask<ApiAnswer> WithAlertAsync(
        ApiCall call, AlertPath path, Func<AlertView, ValueTask<ApiAnswer>> answer)
    {
        var errors = new FieldErrors();
        var parameter = path.Action == "attachments" ? "alertIdentifierType" : "identifierType";
        var type = call.Query.Choice(parameter, errors, "id", "tiny", "alias");
        if (errors.Any)
        {
            return ApiAnswer.Invalid(errors);
        }

        var view = await lookup.FindAsync(path.Identifier, type, call.Aborted);
        return view switch
        {
            null => ApiAnswer.NotFound("Alert does not exist"),
            { Alert: { Status: not AlertStatus.Open } past } when type == "alias" => ApiAnswer.NotFound(
                $"There is no open alert with alias '{path.Identifier}'; " +
                $"the last one is closed and found by its id {past.Id}."),
            _ when !call.Key.Sees(view.Alert.Class.Team) => ApiAnswer.OtherTeam(call.Key, "the alert"),
            _ => await answer(view),
        };
    }

    /// <summary>
    /// Opsgenie has a line per repeat. Here repeats leave none, or a storm would write one for each: what they come to
    /// is said in one line, made as it is asked for.
    /// </summary>
    private static TimelineRow Repeats(AlertState alert) => new(
        0,
        alert.History,
        alert.Count.LastSeenAt,
        "repeats",
        string.Create(
            CultureInfo.InvariantCulture,
            $"Seen {alert.Count.Seen} times, last at {alert.Count.LastSeenAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}"),
        "");

    /// <summary>The newest lines; an alert with more has them in the native API.</summary>
    private ValueTask<IReadOnlyList<TimelineRow>> AllAsync(GrainId owner, CancellationToken cancellationToken) =>
        reads.TimelineAsync(owner, null, 1000, newestFirst: true, cancellationToken);

    private static string OffsetOf(TimelineRow line) => line.Id.ToString(CultureInfo.InvariantCulture);

    /// <param name="ascending">All items, oldest first.</param>
    private static ApiAnswer Page<T>(
        ApiCall call, IReadOnlyList<T> ascending, Func<T, string> offset, Action<Utf8JsonWriter, T> write)
    {
        var errors = new FieldErrors();
        var limit = call.Query.Number("limit", 20, 1, 100, errors);
        var newestFirst = call.Query.Choice("order", errors, "desc", "asc") == "desc";
        var forward = call.Query.Choice("direction", errors, "next", "prev") == "next";
        if (errors.Any)
        {
            return ApiAnswer.Invalid(errors);
        }

        var (items, more) = CursorPage.Of(
            newestFirst ? ascending.Reverse() : ascending, offset, call.Query["offset"], forward, limit);
        return ApiAnswer.Ok(json =>
        {
            json.WriteStartArray();
            foreach (var item in items)
            {
                json.WriteStartObject();
                write(json, item);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }) with
        { Paging = Paging.ByCursor(call, more ? offset(forward ? items[^1] : items[0]) : null) };
    }

    private static void WriteRecipient(
        Utf8JsonWriter json, PolicyVersion policy, Page first, Page last, IncidentState incident)
    {
        var answered = string.Equals(incident.AcknowledgedBy, last.Who, StringComparison.OrdinalIgnoreCase);
        json.WriteStartObject();
        json.WriteStartObject("user");
        json.WriteString("id", People.IdOf(policy, "user", last.Who));
        json.WriteString("username", last.Who);
        json.WriteEndObject();
        json.WriteString("state", answered ? "action" : "notactive");
        json.WriteString("method", last.Targets.Count > last.Channel ? last.Targets[last.Channel].Channel : "");
        AlertJson.WriteTime(json, "createdAt", first.At);
        AlertJson.WriteTime(json, "updatedAt", last.At);
        json.WriteEndObject();
    }
}
