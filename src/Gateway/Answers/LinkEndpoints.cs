using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Answers;

/// <summary>
/// The links in pages. Mail scanners and chat previews follow links, so GET only shows a button, and POST acts.
/// </summary>
internal sealed class LinkEndpoints(
    IGrains grains, AnswerKey key, Answering answering, AnswerRate rate, TimeProvider time)
{
    public static void MapLinks(IEndpointRouteBuilder app)
    {
        app.MapMethods(
            "/{token}",
            [HttpMethods.Get, HttpMethods.Head],
            (string token, HttpContext context, LinkEndpoints links) => links.ShowAsync(token, context));
        app.MapPost(
            "/{token}", (string token, HttpContext context, LinkEndpoints links) => links.ActAsync(token, context));
    }

    private async Task ShowAsync(string text, HttpContext context)
    {
        if (await ReadAsync(text, context) is not { } token)
        {
            return;
        }

        if (await answering.FindAsync(token.IncidentId) is not { } incident)
        {
            await NoIncidentAsync(context);
            return;
        }

        var said = $"{Answering.Standing(incident)} You answer as {Senders.Shown(grains.Policy, token.Who)}.";
        var button = Answering.Stands(incident, token.Action, token.Who) is null ? Words(token.Action) : null;
        await AnswerPage.WriteAsync(context, StatusCodes.Status200OK, said, incident, button);
    }

    private async Task ActAsync(string text, HttpContext context)
    {
        if (await ReadAsync(text, context) is not { } token)
        {
            return;
        }

        var answered = await answering.AnswerAsync(token.Action, token.IncidentId, token.Who);

        // A telephone that posts by itself takes a success as leave to put the page away.
        var status = answered.Outcome == AnswerOutcome.Refused
            ? StatusCodes.Status409Conflict
            : StatusCodes.Status200OK;
        await (answered.Incident is null
            ? NoIncidentAsync(context)
            : AnswerPage.WriteAsync(context, status, answered.Said, answered.Incident));
    }

    /// <summary>Null, and answered, unless the link is ours and still good.</summary>
    private async ValueTask<AnswerToken?> ReadAsync(string text, HttpContext context)
    {
        if (AnswerToken.Read(text, key) is not { Action: not AnswerAction.Call } token)
        {
            const string foreign = "This link is not whole, or not one of this service's.";
            await rate.Refuses(context, StatusCodes.Status404NotFound, foreign).ExecuteAsync(context);
            return null;
        }

        if (token.Expires <= time.GetUtcNow())
        {
            await AnswerPage.WriteAsync(
                context, StatusCodes.Status410Gone,
                $"This link was good for {AnswerLinks.ValidFor.TotalHours:0} hours.", null);
            return null;
        }

        if (Senders.Shown(grains.Policy, token.Who) is null)
        {
            await AnswerPage.WriteAsync(
                context, StatusCodes.Status403Forbidden, $"{token.Who} is no user here any more: use the console.",
                null);
            return null;
        }

        return token;
    }

    private static Task NoIncidentAsync(HttpContext context) =>
        AnswerPage.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such incident any more.", null);

    private static string Words(AnswerAction action) => action switch
    {
        AnswerAction.Acknowledge => "Acknowledge",
        AnswerAction.Escalate => "Not me: page the next",
        _ => "Resolve",
    };
}
