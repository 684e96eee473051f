using System.Net;
using System.Text.Json;
using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>How a receiver answered, or that it did not.</summary>
/// <param name="Text">The body, cut where it is longer than any answer that says something.</param>
public sealed record HttpAnswer(string Host, HttpStatusCode Status, string Text, TimeSpan? RetryAfter)
{
    private const int LongestQuote = 200;

    /// <summary>Set when no whole answer came; then there is nothing else to look at.</summary>
    public AttemptResult? Lost { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>
    /// What an API that keeps to the meaning of statuses says with this one: it took the page, it is busy or broken, or
    /// this page will never do.
    /// </summary>
    /// <param name="said">The API's own words, where it has any.</param>
    public AttemptResult ByStatus(string said = "", string? reference = null) => Lost ?? new AttemptResult(
        (int)Status switch
        {
            >= 200 and < 300 => AttemptOutcome.Delivered,
            408 or 429 or >= 500 => AttemptOutcome.Failed,
            _ => AttemptOutcome.Rejected,
        },
        $"HTTP {(int)Status} from {Host}{Quoted(said)}.",
        RetryAfter,
        IsSuccess ? reference : null);

    /// <summary>
    /// A success in words that the API never uses comes from something that stands before it, such as a proxy's page
    /// for signing in: nobody was told anything.
    /// </summary>
    public AttemptResult Foreign(string what) => new(
        AttemptOutcome.Failed, $"{Host} answered HTTP {(int)Status}, but not as {what} does: is 'url' right?");

    /// <summary>A text of the answer's JSON object; null when there is none.</summary>
    public string? Find(string name) => Json() is { ValueKind: JsonValueKind.Object } json &&
        json.TryGetProperty(name, out var value) ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null => null,
            _ => value.GetRawText(),
        }
        : null;

    /// <summary>In one short line, as a receiver's words may be anything.</summary>
    public static string Quoted(string? said)
    {
        if (string.IsNullOrWhiteSpace(said))
        {
            return "";
        }

        var line = string.Concat(said.Trim().Select(c => char.IsControl(c) ? ' ' : c));
        return $": {(line.Length <= LongestQuote ? line : line[..LongestQuote] + "...").TrimEnd('.')}";
    }

    private JsonElement? Json()
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(Text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
