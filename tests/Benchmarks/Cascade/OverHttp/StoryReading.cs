using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Faults;

namespace Correlation.Benchmarks.Cascade.OverHttp;

/// <summary>What the service says over its API after a run, as groups of alerts.</summary>
internal sealed class StoryReading(
    HttpClient client, StoryClock clock, CascadeCase cascade, IReadOnlyDictionary<string, string> blamed)
{
    private readonly Dictionary<string, JsonElement> _incidents = new(StringComparer.Ordinal);

    /// <summary>The entity that an incident is blamed on; empty for none.</summary>
    public static string CauseOf(JsonElement incident) =>
        Part(incident, "cause") is { } cause ? Blames.Plain(Text(cause, "entity")) : "";

    public async Task<Outcome> OutcomeAsync(CancellationToken token)
    {
        await foreach (var incident in AllAsync("/api/v1/incidents?status=all&limit=100", token))
        {
            _incidents[Text(incident, "id")] = incident;
        }

        var (alerts, groupOf, groups) = (new List<SeenAlert>(), new List<int>(), new List<Group>());
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var paged = _incidents.Keys.Where(id => PagedAt(id) is not null).ToLookup(Survivor, StringComparer.Ordinal);
        var shown = new List<JsonElement>();
        await foreach (var alert in AllAsync("/api/v1/alerts?limit=100", token))
        {
            shown.Add(alert);
        }

        foreach (var alert in shown.Select(Seen).Where(seen => !Detectors.IsChange(seen.Alert.Kind)).OrderBy(seen => seen.Alert.At))
        {
            alerts.Add(alert.Alert);
            if (alert.Incident is not { } id)
            {
                groupOf.Add(groups.Count);
                groups.Add(new Group(Blame.Nothing, null, 0));
                continue;
            }

            var last = Survivor(id);
            if (!numbers.TryGetValue(last, out var number))
            {
                numbers[last] = number = groups.Count;
                groups.Add(GroupOf(last, [.. paged[last]]));
            }

            groupOf.Add(number);
        }

        return new Outcome(alerts, groupOf, groups, cascade.Sent.Count(sent => sent.Fires));
    }

    private (SeenAlert Alert, string? Incident) Seen(JsonElement alert)
    {
        var texts = alert.GetProperty("texts");
        var alias = texts.TryGetProperty(StoryMessages.Alias, out var named)
            ? named.GetString()!
            : Text(alert, "alias");
        var createdAt = Time(alert, "createdAt")!.Value;
        var incident = Part(alert, "incident") is { } held ? Text(held, "id") : null;
        var closedAt = Time(alert, "closedAt");
        var suppressed = alert.GetProperty("suppressedBy").GetArrayLength() > 0;
        var heldBy = incident is not null ? "" : suppressed ? "suppressed" : closedAt is null ? "nothing" : "closed before an incident held it";
        return (new SeenAlert(
            alias, createdAt, Time(alert, "startsAt")!.Value, closedAt, Blames.Plain(Text(alert, "entity")), heldBy,
            cascade.Truth.Of(alias, createdAt + clock.Blur)), incident);
    }

    private Group GroupOf(string id, IReadOnlyList<string> paged) => new(
        _incidents.TryGetValue(id, out var incident) ? BlameOf(incident) : Blame.Nothing,
        paged.Count == 0 ? null : paged.Min(PagedAt),
        paged.Count,
        paged.Any(page =>
            page != id ||
                (blamed.GetValueOrDefault(page, "") is { Length: > 0 } before && before != CauseOf(incident))));

    private static Blame BlameOf(JsonElement incident)
    {
        if (Part(incident, "cause") is { } cause)
        {
            var candidates = cause.GetProperty("candidates")
                .EnumerateArray()
                .Select(candidate => Text(candidate, "entity"));
            return new Blame(
                [.. candidates.Prepend(Text(cause, "entity")).Select(Blames.Plain).Distinct().Take(3)],
                cause.GetProperty("observed").GetBoolean(),
                [.. cause.GetProperty("path").EnumerateArray().Select(urn => Blames.Plain(urn.GetString()!))]);
        }

        var first = incident.GetProperty("members").EnumerateArray()
            .Where(member => Text(member, "entity").Length > 0)
            .OrderBy(member => member.GetProperty("startsAt").GetDateTimeOffset())
            .Select(member => Blames.Plain(Text(member, "entity")))
            .Distinct()
            .Take(3)
            .ToList();
        return new Blame(first, true, [.. first.Take(1)]);
    }

    private DateTimeOffset? PagedAt(string incident) => _incidents[incident].GetProperty("pages").EnumerateArray()
        .Select(page => (DateTimeOffset?)clock.StoryOf(page.GetProperty("at").GetDateTimeOffset()))
        .Min();

    private string Survivor(string id)
    {
        while (_incidents.TryGetValue(id, out var incident) && Text(incident, "mergedInto") is { Length: > 0 } into)
        {
            id = into;
        }

        return id;
    }

    private DateTimeOffset? Time(JsonElement of, string field) =>
        Part(of, field) is { } time ? clock.StoryOf(time.GetDateTimeOffset()) : null;

    private async IAsyncEnumerable<JsonElement> AllAsync(
        string address, [EnumeratorCancellation] CancellationToken token)
    {
        var next = "";
        do
        {
            var page = await client.GetFromJsonAsync<JsonElement>(
                next.Length == 0 ? address : $"{address}&cursor={next}", token);
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                yield return item;
            }

            next = Uri.EscapeDataString(Text(page, "next"));
        }
        while (next.Length > 0);
    }

    private static JsonElement? Part(JsonElement of, string field) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(field, out var part) && part.ValueKind != JsonValueKind.Null ? part : null;

    private static string Text(JsonElement of, string field) => Part(of, field)?.GetString() ?? "";
}
