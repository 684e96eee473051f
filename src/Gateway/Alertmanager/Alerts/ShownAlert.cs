using System.Globalization;
using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Alertmanager.Alerts;

/// <summary>
/// An open alert as Alertmanager shows one. What came here keeps its labels, so that its fingerprint is its sender's;
/// other alerts show what routes and silences match them by. A receiver is a team.
/// </summary>
internal sealed class ShownAlert
{
    private readonly AlertState _alert;

    public ShownAlert(AlertState alert)
    {
        _alert = alert;
        Matched = Classifier.MatchLabels(alert.Signal, alert.Class.Kind, alert.Class.Entity);
        Labels = alert.Signal.Integration.Type == Sender.IntegrationType ? alert.Signal.Labels : Matched;
        Fingerprint = LabelFingerprint.Of(Labels);
    }

    public Labels Labels { get; }

    /// <summary>What a filter looks at: the same labels that a silence would.</summary>
    public Labels Matched { get; }

    public LabelFingerprint Fingerprint { get; }

    public string Receiver => _alert.Class.Team;

    public bool IsSuppressed => _alert.SuppressedBy.Count > 0;

    public bool IsWanted(AlertQuery query) =>
        (query.Active || IsSuppressed)
        && (query.Silenced || !_alert.SuppressedBy.Any(Suppressor.IsSilence))
        && (query.Inhibited || !_alert.SuppressedBy.Any(Suppressor.IsRule))
        && (query.Muted || !_alert.SuppressedBy.Any(Suppressor.IsWindow))
        && query.AnyReceiver
        && query.Receiver?.Matches(Receiver) is not false
        && query.Filter.Matches(Matched);

    /// <summary>What it was grouped by: its entity, or the labels that its route names.</summary>
    public Labels GroupLabels(PolicyVersion policy)
    {
        if (_alert.Class.Entity is { Length: > 0 } entity)
        {
            return Labels.From([new("entity", entity)]);
        }

        var route = policy.Routes.FirstOrDefault(route => route.Name == _alert.Class.Route);
        return Labels.From((route?.GroupBy ?? [])
            .Where(Matched.ContainsKey)
            .Select(label => KeyValuePair.Create(label, Matched[label])));
    }

    public void Write(Utf8JsonWriter json, PolicySettings settings, DateTimeOffset now)
    {
        json.WriteStartObject();
        var texts = _alert.Count.Texts ?? _alert.Signal.Texts;
        WritePairs(json, "annotations"u8, texts.Where(text => text.Key != "generatorURL"));
        WriteTime(json, "endsAt"u8, EndsAt(settings, now));
        json.WriteString("fingerprint"u8, Fingerprint.ToString());
        json.WriteStartArray("receivers"u8);
        json.WriteStartObject();
        json.WriteString("name"u8, Receiver);
        json.WriteEndObject();
        json.WriteEndArray();
        WriteTime(json, "startsAt"u8, _alert.StartsAt);
        json.WriteStartObject("status"u8);
        WriteTexts(json, "inhibitedBy"u8, (_alert.Inhibition?.By ?? []).Select(Sender.ShownInhibitor));
        WriteTexts(json, "mutedBy"u8, _alert.SuppressedBy.Where(Suppressor.IsWindow));
        WriteTexts(json, "silencedBy"u8, _alert.SuppressedBy.Where(Suppressor.IsSilence));
        json.WriteString("state"u8, IsSuppressed ? "suppressed"u8 : "active"u8);
        json.WriteEndObject();
        WriteTime(json, "updatedAt"u8, _alert.Count.LastSeenAt);
        json.WriteString("generatorURL"u8, texts.Find("generatorURL") ?? "");
        WritePairs(json, "labels"u8, Labels);
        json.WriteEndObject();
    }

    public static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset at) =>
        json.WriteString(name, at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    public static void WritePairs(
        Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in pairs)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    /// <summary>
    /// When it is over unless it is sent again. Here alerts also stay open without being sent again, or while we could
    /// not listen: what is still open then has an end ahead, as clients expect of what fires.
    /// </summary>
    private DateTimeOffset EndsAt(PolicySettings settings, DateTimeOffset now)
    {
        var end = _alert.Signal.ResendsWhileFiring || _alert.Signal.ResendsSeldom
            ? _alert.SilentUntil
            : _alert.Count.EndsAt ?? now;
        return end > now ? end : now + settings.ResolveTimeout;
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
