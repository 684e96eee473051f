using System.Globalization;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Correlation.Gateway.Answers;

/// <summary>
/// The stages of a call, and what becomes of a short message. Only a key that was pressed reaches anybody: a machine
/// that answers, and a call that ends without a key, count as not reached, and the page goes on; so does a message that
/// no telephone got.
/// </summary>
internal sealed class CallStages(
    IGrains grains, AnswerKey key, AnswerLinks links, Answering answering, TimeProvider time)
{
    /// <summary>It is heard twice, and then a key has to be pressed in time.</summary>
    private const int LongestTitle = 200;

    /// <param name="query">Names the page and its contact.</param>
    public async Task<IResult> AnswerAsync(string text, string stage, QueryString query, RawBody body)
    {
        if (AnswerToken.Read(text, key) is not { Action: AnswerAction.Call } token || token.Expires <= time.GetUtcNow())
        {
            return TwiMl.Say("This call is too old.");
        }

        if (stage is "begin" or "keys" && Senders.Shown(grains.Policy, token.Who) is null)
        {
            return TwiMl.Say("You are no user here any more.");
        }

        // Its own request was signed over a public URL, so there is one.
        var keys = links.Below($"{AnswerLinks.Root}/call/{text}/keys{query}")!;
        return (stage, body["AnsweredBy"], body["Digits"], body["CallStatus"], body["MessageStatus"]) switch
        {
            ("begin", ['m' or 'f', ..], _, _, _) => await MachineAsync(token, query),
            ("begin", _, _, _, _) => await GreetAsync(token, keys),
            ("keys", _, { Length: > 0 } digits, _, _) => await PressedAsync(token, digits, keys),
            ("ended", _, _, var call, _) => await NotReachedAsync(token, query, Ended(call)),
            ("sent", _, _, _, "failed" or "undelivered") =>
                await NotReachedAsync(token, query, "the message did not reach the telephone"),
            ("sent", _, _, _, _) => Results.Ok(),
            _ => TwiMl.Say("Goodbye."),
        };
    }

    private static string Ended(string status) => status switch
    {
        "completed" => "the call ended and no key had been pressed",
        "busy" => "the line was busy",
        "no-answer" => "nobody answered the call",
        _ => "the call did not come about",
    };

    private async Task<IResult> GreetAsync(AnswerToken token, Uri keys) =>
        await answering.FindAsync(token.IncidentId) is { } incident
            ? TwiMl.Ask(
                keys,
                $"Incident {incident.Number}, priority {(int)incident.Priority}, for {incident.Team}. " +
                $"{TwiMl.Clean(incident.Title, LongestTitle)}. {Answering.Standing(incident)} {SmsReplies.Keys}")
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

    private async Task<IResult> MachineAsync(AnswerToken token, QueryString query)
    {
        await NotReachedAsync(token, query, "a machine answered the call");
        return TwiMl.HangUp();
    }

    private async Task<IResult> NotReachedAsync(AnswerToken token, QueryString query, string how)
    {
        var fields = QueryHelpers.ParseQuery(query.Value);
        if (Guid.TryParse(fields.GetValueOrDefault("page"), out var page) &&
            int.TryParse(
                fields.GetValueOrDefault("channel"), NumberStyles.None, CultureInfo.InvariantCulture, out var channel))
        {
            await grains.SendAsync(
                new GrainId(GrainKind.Incident, token.IncidentId),
                new IncidentCommand.NotReached(page, channel, how),
                CommandClass.Person);
        }

        return Results.Ok();
    }
}
