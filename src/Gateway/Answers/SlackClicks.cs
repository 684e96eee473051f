using System.Text.Json;
using Correlation.Gateway.Seams;

namespace Correlation.Gateway.Answers;

/// <summary>
/// What a click on a button means. The button carries it, signed by us; Slack vouches for who clicked.
/// </summary>
internal sealed class SlackClicks(IGrains grains, AnswerKey key, Answering answering, TimeProvider time)
{
    /// <returns>What to tell who clicked.</returns>
    public async Task<string> AnswerAsync(SlackClick click)
    {
        if (AnswerToken.Read(click.Value, key) is not { Action: not AnswerAction.Call } token ||
            token.Expires <= time.GetUtcNow())
        {
            return "This button is too old.";
        }

        if (Senders.Find(grains.Policy, click.UserId, "slack") is not { } who)
        {
            // Nobody could page an owner whom nobody here knows.
            return "Nothing was done, as nobody here is known by your id in Slack: " +
                $"let '{click.UserId}' be added to your contacts.";
        }

        try
        {
            return (await answering.AnswerAsync(token.Action, token.IncidentId, who)).Said;
        }
        catch (UnavailableException)
        {
            return "Not just now: please click again in a moment.";
        }
    }
}

internal sealed record SlackClick(string UserId, string Value, string ResponseUrl)
{
    public static SlackClick? Read(string payload)
    {
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(payload);
            return json.GetProperty("type").GetString() == "block_actions"
                ? new SlackClick(
                    json.GetProperty("user").GetProperty("id").GetString()!,
                    json.GetProperty("actions")[0].GetProperty("value").GetString()!,
                    json.TryGetProperty("response_url", out var url) ? url.GetString()! : "")
                : null;
        }
        catch (Exception foreign) when (
            foreign is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
