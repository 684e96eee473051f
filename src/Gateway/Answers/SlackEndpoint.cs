using System.Text.Json;
using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Correlation.Gateway.Answers;

/// <summary>
/// Clicks on the buttons of pages in Slack: the interactivity URL of the app. The message itself is brought up to date by
/// its incident; who clicked is told what became of it, visible to nobody else.
/// </summary>
internal sealed class SlackEndpoint(
    IGrains grains, AnswerKey key, Answering answering, SlackReplies replies, TimeProvider time)
{
    public static void MapSlack(IEndpointRouteBuilder app) =>
        app.MapPost("/slack", (HttpContext context, SlackEndpoint slack) => slack.ClickedAsync(context));

    private async Task<IResult> ClickedAsync(HttpContext context)
    {
        var body = await RawBody.ReadAsync(context);
        if (!IsSigned(context.Request.Headers, body))
        {
            return Results.Text("The signature is missing, old or wrong.", statusCode: StatusCodes.Status401Unauthorized);
        }

        if (Click.Read(body["payload"]) is not { } click)
        {
            // Whatever else the app is asked for is none of ours, and Slack repeats what is not answered with success.
            return Results.Ok();
        }

        await replies.TellAsync(click.ResponseUrl, await SaidAsync(click), context.RequestAborted);
        return Results.Ok();
    }

    private bool IsSigned(IHeaderDictionary headers, RawBody body)
    {
        StringValues timestamp = headers[SlackSignature.TimestampHeader], signature = headers[SlackSignature.SignatureHeader];
        return Senders.Secrets(grains.Policy, "signing_secret", channel => channel.Type == "slack").Any(secret =>
            SlackSignature.IsRight(secret, timestamp.ToString(), signature.ToString(), body.Text, time.GetUtcNow()));
    }

    private async Task<string> SaidAsync(Click click)
    {
        if (AnswerToken.Read(click.Value, key) is not { } token || token.Expires <= time.GetUtcNow())
        {
            return "This button is too old.";
        }

        var who = Senders.Find(grains.Policy, click.UserId, "slack") ?? $"slack:{click.UserId}";
        try
        {
            return (await answering.AnswerAsync(token.Action, token.IncidentId, who)).Said;
        }
        catch (UnavailableException)
        {
            return "Not just now: please click again in a moment.";
        }
    }

    private sealed record Click(string UserId, string Value, string ResponseUrl)
    {
        public static Click? Read(string payload)
        {
            try
            {
                var json = JsonSerializer.Deserialize<JsonElement>(payload);
                return json.GetProperty("type").GetString() == "block_actions"
                    ? new Click(
                        json.GetProperty("user").GetProperty("id").GetString()!,
                        json.GetProperty("actions")[0].GetProperty("value").GetString()!,
                        json.TryGetProperty("response_url", out var url) ? url.GetString()! : "")
                    : null;
            }
            catch (Exception foreign) when (foreign is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
            {
                return null;
            }
        }
    }
}
