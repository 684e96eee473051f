using Correlation.Grains.Policy.Matchers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Correlation.Gateway.Alertmanager.Alerts;

/// <summary>What a list of alerts was asked for; all that is not said is wanted.</summary>
internal sealed record AlertQuery(
    MatcherSet Filter, Matcher? Receiver, bool AnyReceiver, bool Active, bool Silenced, bool Inhibited, bool Muted)
{
    private static readonly Dictionary<string, string> NoLabels = [];

    /// <summary>Null with the reason when a matcher cannot be read.</summary>
    public static AlertQuery? Read(IQueryCollection query, out string reason)
    {
        if (ReadFilter(query["filter"], out reason) is not { } filter ||
            MayAnyReceiverMatch(query, out reason) is not { } anyReceiver)
        {
            return null;
        }

        Matcher? receiver = null;
        if (query["receiver"] is [{ Length: > 0 } pattern, ..]
            && !Matcher.TryCreate("receiver", MatchOperator.Regex, pattern, out receiver, out var error))
        {
            reason = $"failed to parse receiver param: {error}";
            return null;
        }

        return new AlertQuery(
            filter, receiver, anyReceiver, Flag(query["active"]), Flag(query["silenced"]), Flag(query["inhibited"]),
            Flag(query["muted"]));
    }

    /// <summary>
    /// Matchers of labels of receivers. Receivers here have none, so all match or none does; null when they cannot be
    /// read.
    /// </summary>
    public static bool? MayAnyReceiverMatch(IQueryCollection query, out string reason) =>
        ReadFilter(query["receiver_matchers"], out reason)?.Matches(NoLabels);

    /// <summary>Matchers that are given one by one, all of which must match.</summary>
    public static MatcherSet? ReadFilter(StringValues texts, out string reason)
    {
        var matchers = new List<Matcher>();
        reason = "";
        foreach (var text in texts)
        {
            if (!MatcherParser.TryParseOne(text ?? "", out var matcher, out var error))
            {
                reason = $"bad matcher format: {text}: {error}";
                return null;
            }

            matchers.Add(matcher);
        }

        if (matchers.Count > MatcherParser.MaxMatchers)
        {
            reason = $"filter was given {matchers.Count} times, at most {MatcherParser.MaxMatchers} are accepted";
            return null;
        }

        return new MatcherSet(matchers);
    }

    /// <summary>As the Go framework reads booleans: some words are true, any other is false.</summary>
    public static bool Flag(StringValues values) =>
        values is not [{ Length: > 0 } word, ..]
        || word.ToUpperInvariant() is "TRUE" or "1" or "YES" or "OK" or "Y" or "ON" or "SELECTED" or "CHECKED" or "T" or
            "ENABLED";
}
