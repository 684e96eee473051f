using System.ComponentModel;
using System.Text.Json;
using Correlation.Grains.Policy;
using Correlation.Grains.Policy.Matchers;
using Correlation.Grains.Silences;

namespace Correlation.Gateway.Query.Silences;

/// <param name="Status">pending, active or expired.</param>
/// <param name="Text">The matchers in one line.</param>
/// <param name="Extensions">How often its end was moved to a later time.</param>
/// <param name="Hides">How many open alerts it holds back; not counted in a list unless it is asked for
/// attention.</param>
/// <param name="HidesSince">Since when the oldest of them fires under it.</param>
/// <param name="Attention">Why somebody should look at it.</param>
public sealed record SilenceShape(
    string Id,
    string Status,
    IReadOnlyList<MatcherShape> Matchers,
    string Text,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    DateTimeOffset UpdatedAt,
    string CreatedBy,
    string Comment,
    int Extensions,
    int? Hides = null,
    DateTimeOffset? HidesSince = null,
    IReadOnlyList<string>? Attention = null)
{
    internal static SilenceShape Of(
        SilenceState state, HiddenAlerts hidden, PolicySettings settings, DateTimeOffset now)
    {
        var (hides, since) = hidden.By(state.Silence);
        return Of(state, now) with
        {
            Hides = hides,
            HidesSince = since,
            Attention = SilenceAttention.Of(state, hides, since, settings, now),
        };
    }

    internal static SilenceShape Of(SilenceState state, DateTimeOffset now)
    {
        var silence = state.Silence;
        return new SilenceShape(
            silence.Id,
            silence.EndsAt <= now ? "expired" : silence.StartsAt <= now ? "active" : "pending",
            [.. silence.Matchers.Matchers.Select(MatcherShape.Of)],
            silence.Matchers.ToString(),
            silence.StartsAt,
            silence.EndsAt,
            state.UpdatedAt,
            silence.CreatedBy,
            silence.Comment,
            state.Extensions);
    }
}

/// <summary>One condition on a label, as Alertmanager's API writes it.</summary>
public sealed record MatcherShape
{
    public string? Name { get; init; }

    public string? Value { get; init; }

    public bool IsRegex { get; init; }

    public bool IsEqual { get; init; } = true;

    internal static MatcherShape Of(Matcher matcher) => new()
    {
        Name = matcher.Name,
        Value = matcher.Value,
        IsRegex = matcher.Operator is MatchOperator.Regex or MatchOperator.NotRegex,
        IsEqual = matcher.Operator is MatchOperator.Equal or MatchOperator.Regex,
    };

    internal MatchOperator Operator => (IsRegex, IsEqual) switch
    {
        (false, true) => MatchOperator.Equal,
        (false, false) => MatchOperator.NotEqual,
        (true, true) => MatchOperator.Regex,
        (true, false) => MatchOperator.NotRegex,
    };
}

internal sealed record SilenceBody
{
    [Description("Of a silence that is to be changed; a new one is made without it.")]
    public string? Id { get; init; }

    [Description("Such as {severity=\"warning\", team=~\"ml-.*\"} or a list of {name, value, isRegex, isEqual}.")]
    public JsonElement? Matchers { get; init; }

    [Description("By default now.")]
    public string? StartsAt { get; init; }

    [Description("Either this or 'duration'.")]
    public string? EndsAt { get; init; }

    [Description("How long from its start, such as 30m, 2h or 1d.")]
    public string? Duration { get; init; }

    public string? Comment { get; init; }

    [Description("By default the name of the API key.")]
    public string? CreatedBy { get; init; }
}
