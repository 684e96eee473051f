using System.Text;
using System.Text.Json.Serialization;
using Correlation.Gateway.Answers;
using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// A page as Slack shows it. What comes from alerts is plain text or has its markup escaped, so that no sender of
/// alerts can call a whole channel.
/// </summary>
/// <param name="Text">For notifications and readers that show no blocks.</param>
public sealed record SlackMessage(string Text, IReadOnlyList<SlackBlock> Blocks)
{
    private const int LongestHeader = 150;
    private const int LongestField = 1_000;
    private const int LongestSection = 2_900;

    public string? Channel { get; init; }

    public string? Ts { get; init; }

    [JsonPropertyName("unfurl_links")]
    public bool UnfurlLinks => false;

    [JsonPropertyName("unfurl_media")]
    public bool UnfurlMedia => false;

    /// <param name="clicks">Slack tells us of clicks; else the buttons lead to our own page.</param>
    public static SlackMessage Of(Delivery delivery, AnswerLinks links, bool clicks)
    {
        var text = delivery.Text;
        var headline = PageWords.Headline(text);
        var blocks = new List<SlackBlock>
        {
            new("header") { Text = SlackText.Plain(PageWords.Cut(headline, LongestHeader)) },
            new("section")
            {
                Fields =
                [
                    .. PageWords.Facts(text).Select(fact =>
                        SlackText.Markup($"*{fact.Name}*\n{Escaped(fact.Value, LongestField)}")),
                ],
            },
        };
        if (text.Body.Length > 0)
        {
            blocks.Add(new("section") { Text = SlackText.Plain(PageWords.Cut(text.Body, LongestSection)) });
        }

        if (PageWords.IsOpen(text) && Buttons(delivery, links, clicks) is { Count: > 0 } buttons)
        {
            blocks.Add(new("actions") { Elements = buttons });
        }

        blocks.Add(new("context")
        {
            Elements = [SlackText.Plain(PageWords.Cut(PageWords.Why(delivery), LongestSection))],
        });
        var standing = text.Standing is null ? "" : $" ({text.Standing})";
        return new SlackMessage(Escaped(headline + standing, LongestSection), blocks);
    }

    private static List<object> Buttons(Delivery delivery, AnswerLinks links, bool clicks) =>
    [
        .. from answer in AnswerWords.All
           let url = clicks
               ? null
               : links.Find(answer.Action, delivery.IncidentId, delivery.Who, delivery.DecidedAt)
           where clicks || url is not null
           select new SlackButton(
               SlackText.Plain(answer.Label),
               answer.Action.ToString().ToLowerInvariant(),
               links.Token(answer.Action, delivery.IncidentId, delivery.Who, delivery.DecidedAt))
           {
               Url = url,
               Style = answer.Action == AnswerAction.Acknowledge ? "primary" : null,
           },
    ];

    /// <summary>Slack counts what is escaped as it is written; an entity is kept whole or left out.</summary>
    private static string Escaped(string text, int longest)
    {
        const string more = "...";
        var escaped = new StringBuilder();
        var kept = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            escaped.Append(rune.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                _ => rune.ToString(),
            });
            if (escaped.Length > longest)
            {
                return escaped.ToString(0, kept) + more;
            }

            kept = escaped.Length <= longest - more.Length ? escaped.Length : kept;
        }

        return escaped.ToString();
    }
}

public sealed record SlackBlock(string Type)
{
    public SlackText? Text { get; init; }

    public IReadOnlyList<SlackText>? Fields { get; init; }

    public IReadOnlyList<object>? Elements { get; init; }
}

public sealed record SlackText(string Type, string Text)
{
    public static SlackText Plain(string text) => new("plain_text", text);

    public static SlackText Markup(string text) => new("mrkdwn", text);
}

/// <param name="Value">Comes back with a click: what it means, signed by us.</param>
public sealed record SlackButton(
    SlackText Text,
    [property: JsonPropertyName("action_id")] string ActionId,
    string Value)
{
    public string Type => "button";

    public Uri? Url { get; init; }

    public string? Style { get; init; }
}
