using System.Globalization;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Answers;

/// <summary>
/// What Twilio asks while it calls somebody, and what it brings from them. Only a key that was pressed reaches anybody: a
/// machine that answers, and a call that ends without a key, count as not reached, and the page goes on.
/// </summary>
internal sealed class TwilioEndpoints(
    IGrains grains, AnswerKey key, AnswerLinks links, Answering answering, SmsReplies replies, TimeProvider time)
{
    public static void MapTwilio(IEndpointRouteBuilder app)
    {
        app.MapPost("/sms", (HttpContext context, TwilioEndpoints twilio) => twilio.RepliedAsync(context));
        app.MapPost(
            "/call/{token}/{stage}",
            (string token, string stage, HttpContext context, TwilioEndpoints twilio) => twilio.CallAsync(token, stage, context));
    }

    private async Task<IResult> RepliedAsync(HttpContext context)
    {
        var body = await RawBody.ReadAsync(context);
        return IsSigned(context.Request, body)
            ? TwiMl.Message(await replies.AnswerAsync(body["From"], body["Body"], context.RequestAborted))
            : Unsigned();
    }

    private async Task<IResult> CallAsync(string text, string stage, HttpContext context)
    {
        var body = await RawBody.ReadAsync(context);
        if (!IsSigned(context.Request, body))
        {
            return Unsigned();
        }

        if (AnswerToken.Read(text, key) is not { Action: AnswerAction.Call } token || token.Expires <= time.GetUtcNow())
        {
            return TwiMl.Say("This call is too old.");
        }

        // Its own request was signed over a public URL, so there is one.
        var keys = links.Below($"{AnswerLinks.Root}/call/{text}/keys{context.Request.QueryString}")!;
        return (stage, body["AnsweredBy"], body["Digits"]) switch
        {
            ("begin", ['m' or 'f', ..], _) => await MachineAsync(token, context.Request),
            ("begin", _, _) => await GreetAsync(token, keys),
            ("keys", _, { Length: > 0 } digits) => await PressedAsync(token, digits, keys),
            ("ended", _, _) => await EndedAsync(token, context.Request, body["CallStatus"]),
            _ => TwiMl.Say("Goodbye."),
        };
    }

    private async Task<IResult> GreetAsync(AnswerToken token, Uri keys) =>
        await answering.FindAsync(token.IncidentId) is { } incident
            ? TwiMl.Ask(
                keys,
                $"Incident {incident.Number}, priority {(int)incident.Priority}, for {incident.Team}. {incident.Title}. " +
                $"{Answering.Standing(incident)} {SmsReplies.Keys}")
            : TwiMl.Say("There is no such incident any more.");

    private async Task<IResult> PressedAsync(AnswerToken token, string digits, Uri keys)
    {
        if (SmsReplies.Action(digits) is not { } action)
        {
            return TwiMl.Ask(keys, SmsReplies.Keys);
        }

        var answered = await answering.AnswerAsync(action, token.IncidentId, token.Who);
        return TwiMl.Say(answered.Said);
    }

    private async Task<IResult> MachineAsync(AnswerToken token, HttpRequest request)
    {
        await NotReachedAsync(token, request, "a machine answered the call");
        return TwiMl.HangUp();
    }

    private async Task<IResult> EndedAsync(AnswerToken token, HttpRequest request, string status)
    {
        await NotReachedAsync(token, request, status switch
        {
            "completed" => "the call ended and no key had been pressed",
            "busy" => "the line was busy",
            "no-answer" => "nobody answered the call",
            _ => "the call did not come about",
        });
        return Results.Ok();
    }

    private async Task NotReachedAsync(AnswerToken token, HttpRequest request, string how)
    {
        if (Guid.TryParse(request.Query["page"], out var page) &&
            int.TryParse(request.Query["channel"], NumberStyles.None, CultureInfo.InvariantCulture, out var channel))
        {
            await grains.SendAsync(
                new GrainId(GrainKind.Incident, token.IncidentId),
                new IncidentCommand.NotReached(page, channel, how),
                CommandClass.Person);
        }
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

    private static IResult Unsigned() =>
        Results.Text("The signature is missing or wrong.", statusCode: StatusCodes.Status403Forbidden);
}
