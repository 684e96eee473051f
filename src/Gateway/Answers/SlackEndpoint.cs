using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Correlation.Gateway.Answers;

/// <summary>
/// Clicks on the buttons of pages in Slack: the interactivity URL of the app. The message itself is brought up to date
/// by its incident; who clicked is told what became of it, visible to nobody else.
/// </summary>
internal sealed class SlackEndpoint(
    IGrains grains, SlackClicks clicks, SlackReplies replies, AnswerRate rate, TimeProvider time)
{
    public static void MapSlack(IEndpointRouteBuilder app) =>
        app.MapPost("/slack", (HttpContext context, SlackEndpoint slack) => slack.ClickedAsync(context));

    private async Task<IResult> ClickedAsync(HttpContext context)
    {
        var body = await RawBody.ReadAsync(context);
        if (!IsSigned(context.Request.Headers, body))
        {
            return rate.Refuses(context, StatusCodes.Status401Unauthorized, "The signature is missing, old or wrong.");
        }

        if (SlackClick.Read(body["payload"]) is not { } click)
        {
            // Whatever else the app is asked for is none of ours, and Slack repeats what is not answered with success.
            return Results.Ok();
        }

        // Slack waits three seconds for our answer, which telling somebody else must not use up.
        var said = await clicks.AnswerAsync(click);
        context.Response.OnCompleted(() => replies.TellAsync(click.ResponseUrl, said));
        return Results.Ok();
    }

    private bool IsSigned(IHeaderDictionary headers, RawBody body)
    {
        StringValues timestamp = headers[SlackSignature.TimestampHeader], signature = headers[SlackSignature.SignatureHeader];
        return Senders.Secrets(grains.Policy, "signing_secret", channel => channel.Type == "slack").Any(secret =>
            SlackSignature.IsRight(secret, timestamp.ToString(), signature.ToString(), body.Text, time.GetUtcNow()));
    }
}
