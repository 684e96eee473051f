using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Answers;

/// <summary>
/// What Twilio asks while it calls somebody, and what it brings from them: each request signed by Twilio.
/// </summary>
internal sealed class TwilioEndpoints(
    IGrains grains, AnswerLinks links, SmsReplies replies, CallStages calls, AnswerRate rate)
{
    public static void MapTwilio(IEndpointRouteBuilder app)
    {
        app.MapPost("/sms", (HttpContext context, TwilioEndpoints twilio) => twilio.RepliedAsync(context));
        app.MapPost(
            "/call/{token}/{stage}",
            (string token, string stage, HttpContext context, TwilioEndpoints twilio) =>
                twilio.CallAsync(token, stage, context));
    }

    private async Task<IResult> RepliedAsync(HttpContext context)
    {
        var body = await RawBody.ReadAsync(context);
        return IsSigned(context.Request, body)
            ? TwiMl.Message(await replies.AnswerAsync(body["From"], body["Body"], context.RequestAborted))
            : Unsigned(context);
    }

    private async Task<IResult> CallAsync(string token, string stage, HttpContext context)
    {
        var body = await RawBody.ReadAsync(context);
        return IsSigned(context.Request, body)
            ? await calls.AnswerAsync(token, stage, context.Request.QueryString, body)
            : Unsigned(context);
    }

    /// <summary>By the account whose request it claims to be, over the address that we gave it.</summary>
    private bool IsSigned(HttpRequest request, RawBody body)
    {
        var account = body["AccountSid"];
        var path = request.Path + request.QueryString.Value;
        var signature = request.Headers[TwilioSignature.Header].ToString();
        return links.Below(path) is { } url && signature.Length > 0 &&
            Senders.Secrets(
                    grains.Policy,
                    "auth_token",
                    channel => channel.Type is "sms" or "voice" && channel.Settings.Find("account_sid") == account)
                .Any(secret => TwilioSignature.IsRight(secret, url, body.Fields, signature));
    }

    private IResult Unsigned(HttpContext context) =>
        rate.Refuses(context, StatusCodes.Status403Forbidden, "The signature is missing or wrong.");
}
