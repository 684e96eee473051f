using System.Text;
using System.Text.Json.Nodes;
using Correlation.Gateway.Answers;
using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// A page as an adaptive card in a message. Teams refuses messages of some 28 KB, so that long texts are cut, in bytes.
/// </summary>
internal static class TeamsCard
{
    /// <summary>Before Markdown is escaped, which makes three bytes of one at most.</summary>
    private const int LongestTitle = 700;
    private const int LongestFact = 600;
    private const int LongestBody = 4_000;

    public static JsonObject Of(Delivery delivery, AnswerLinks links)
    {
        var text = delivery.Text;
        JsonArray body =
        [
            Block(PageWords.Headline(text), LongestTitle, "Medium", Colour(text)),
            new JsonObject
            {
                ["type"] = "FactSet",
                ["facts"] = new JsonArray(
                [
                    .. PageWords.Facts(text).Select(fact => new JsonObject
                    {
                        ["title"] = fact.Name,
                        ["value"] = Escaped(fact.Value, LongestFact),
                    }),
                ]),
            },
            Block($"{text.Body}\n\n{PageWords.Why(delivery)}".Trim(), LongestBody, "Default", "Default"),
        ];
        var card = new JsonObject
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.2",
            ["body"] = body,
            ["actions"] = Actions(delivery, links),
            ["msteams"] = new JsonObject { ["width"] = "full" },
        };
        var attachment = new JsonObject
        {
            ["contentType"] = "application/vnd.microsoft.card.adaptive",
            ["contentUrl"] = null,
            ["content"] = card,
        };
        return new JsonObject { ["type"] = "message", ["attachments"] = new JsonArray(attachment) };
    }

    private static JsonObject Block(string text, int longest, string size, string colour) => new()
    {
        ["type"] = "TextBlock",
        ["text"] = Escaped(text, longest),
        ["size"] = size,
        ["weight"] = size == "Default" ? "Default" : "Bolder",
        ["color"] = colour,
        ["wrap"] = true,
    };

    private static JsonArray Actions(Delivery delivery, AnswerLinks links) => new(
    [
        .. from answer in AnswerWords.All
           let url = links.Find(answer.Action, delivery.IncidentId, delivery.Who, delivery.DecidedAt)
           where url is not null && PageWords.IsOpen(delivery.Text)
           select new JsonObject
           {
               ["type"] = "Action.OpenUrl",
               ["title"] = answer.Label,
               ["url"] = url.AbsoluteUri,
           },
    ]);

    private static string Colour(PageText text) => text switch
    {
        { Event: PageEvents.Resolved } => "Good",
        { Priority: Priority.P1 or Priority.P2 } => "Attention",
        _ => "Warning",
    };

    /// <summary>Cards know Markdown: what an alert says must not become a link that looks like ours.</summary>
    private static string Escaped(string text, int longest)
    {
        var escaped = new StringBuilder();
        foreach (var c in PageWords.CutBytes(text, longest))
        {
            escaped.Append(c is '\\' or '[' or ']' or '*' or '_' ? "\\" : "").Append(c);
        }

        return escaped.ToString();
    }
}
