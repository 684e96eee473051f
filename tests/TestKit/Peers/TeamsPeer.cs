using System.Text.Json;
using Correlation.TestKit.Processes;

namespace Correlation.TestKit.Peers;

/// <summary>A workflow of Microsoft Teams that is started by a webhook and posts the card it is given.</summary>
public sealed class TeamsPeer : Peer
{
    public const string Query = "?api-version=2016-06-01&sig=secret-signature";
    public const string Path = "/workflows/0123/triggers/manual/paths/invoke";

    private const int LargestMessage = 28 * 1024;

    private readonly Received<JsonElement> _cards = new();

    public IReadOnlyList<JsonElement> Cards => _cards.All;

    public override int Taken => Cards.Count;

    protected override SinkAnswer Answer(SinkRequest request)
    {
        if (request.Path != Path)
        {
            return Json(
                404, new { error = new { code = "WorkflowNotFound", message = "The workflow could not be found." } });
        }

        if (request.Query != Query)
        {
            return Json(
                401,
                new { error = new { code = "DirectApiAuthorizationRequired", message = "The signature is wrong." } });
        }

        if (request.Body.Length > LargestMessage)
        {
            return new SinkAnswer(413);
        }

        if (!IsJson(request) || Card(request.Json) is not { } card)
        {
            return Json(
                400, new { error = new { code = "TriggerInputSchemaMismatch", message = "No adaptive card." } });
        }

        _cards.Add(card);
        return new SinkAnswer(202);
    }

    private static JsonElement? Card(JsonElement message)
    {
        var attachments = Find(message, "attachments");
        if (Text(message, "type") != "message" || attachments.ValueKind != JsonValueKind.Array ||
            attachments.GetArrayLength() != 1 ||
            Text(attachments[0], "contentType") != "application/vnd.microsoft.card.adaptive")
        {
            return null;
        }

        var card = Find(attachments[0], "content");
        return Text(card, "type") == "AdaptiveCard" && Text(card, "version") == "1.2" &&
            Find(card, "body").EnumerateArray().All(IsElement) && Find(card, "actions").EnumerateArray().All(IsAction)
                ? card.Clone()
                : null;
    }

    private static bool IsElement(JsonElement element) => Text(element, "type") switch
    {
        "TextBlock" => Text(element, "text").Length > 0,
        "FactSet" =>
            Find(element, "facts")
                .EnumerateArray()
                .All(f => Text(f, "title").Length > 0 && Text(f, "value").Length > 0),
        _ => false,
    };

    /// <summary>Without a bot nothing else does anything.</summary>
    private static bool IsAction(JsonElement action) =>
        Text(action, "type") == "Action.OpenUrl" && Uri.TryCreate(Text(action, "url"), UriKind.Absolute, out _);
}
