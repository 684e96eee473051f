using System.Text.Json;
using Correlation.Gateway.Alertmanager.Alerts;
using Correlation.Grains.Policy.Matchers;
using Correlation.Grains.Silences;

namespace Correlation.Gateway.Alertmanager.Silences;

internal enum SilencePhase : byte
{
    Active = 1,
    Pending = 2,
    Expired = 3,
}

/// <summary>A silence as Alertmanager shows one: whether it is in force is a matter of the clock.</summary>
internal sealed record ShownSilence(SilenceState State, SilencePhase Phase)
{
    public static ShownSilence Of(SilenceState state, DateTimeOffset now) => new(state, PhaseOf(state, now));

    public static SilencePhase PhaseOf(SilenceState state, DateTimeOffset now) =>
        state.Silence.EndsAt <= now ? SilencePhase.Expired
        : state.Silence.StartsAt > now ? SilencePhase.Pending
        : SilencePhase.Active;

    /// <summary>
    /// Active ones by their end, then pending ones by their start, then expired ones, the latest end first.
    /// </summary>
    public static IOrderedEnumerable<ShownSilence> InOrder(IEnumerable<ShownSilence> silences) => silences
        .OrderBy(silence => silence.Phase)
        .ThenBy(silence => silence.Phase switch
        {
            SilencePhase.Active => silence.State.Silence.EndsAt.UtcTicks,
            SilencePhase.Pending => silence.State.Silence.StartsAt.UtcTicks,
            _ => -silence.State.Silence.EndsAt.UtcTicks,
        })
        .ThenBy(silence => silence.State.Silence.Id, StringComparer.Ordinal);

    public void Write(Utf8JsonWriter json)
    {
        var silence = State.Silence;
        json.WriteStartObject();
        json.WriteString("id"u8, silence.Id);
        json.WriteStartObject("status"u8);
        json.WriteString("state"u8, Word);
        json.WriteEndObject();
        ShownAlert.WriteTime(json, "updatedAt"u8, State.UpdatedAt);
        ShownAlert.WritePairs(json, "annotations"u8, []);
        json.WriteString("comment"u8, silence.Comment);
        json.WriteString("createdBy"u8, silence.CreatedBy);
        ShownAlert.WriteTime(json, "endsAt"u8, silence.EndsAt);
        json.WriteStartArray("matchers"u8);
        foreach (var matcher in silence.Matchers.Matchers)
        {
            json.WriteStartObject();
            json.WriteBoolean("isEqual"u8, matcher.Operator is MatchOperator.Equal or MatchOperator.Regex);
            json.WriteBoolean("isRegex"u8, matcher.Operator is MatchOperator.Regex or MatchOperator.NotRegex);
            json.WriteString("name"u8, matcher.Name);
            json.WriteString("value"u8, matcher.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        ShownAlert.WriteTime(json, "startsAt"u8, silence.StartsAt);
        json.WriteEndObject();
    }

    private ReadOnlySpan<byte> Word => Phase switch
    {
        SilencePhase.Active => "active"u8,
        SilencePhase.Pending => "pending"u8,
        _ => "expired"u8,
    };
}
