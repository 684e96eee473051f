using System.ComponentModel;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Query.Alerts;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Silences;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query.Silences;

/// <summary>
/// Silences made, listed and ended. An answer to a write comes when the silence is in force everywhere.
/// </summary>
internal sealed class SilenceEndpoints(IGrains grains, IReads reads, TimeProvider time)
{
    private const int LongestComment = 8_000;

    private readonly FreshIds _ids = new(time);
    private readonly OpenAlerts _open = new(reads);

    public static void MapSilences(IEndpointRouteBuilder api)
    {
        api.MapGet("/silences", (
                [Description("pending, active or expired, several with commas; by default all.")] string? status,
                [Description("true: only those that somebody should look at, with the reasons.")] string? attention,
                [Description("1 to 100, by default 50.")] string? limit,
                [Description("The 'next' of the page before.")] string? cursor,
                SilenceEndpoints silences,
                CancellationToken cancellationToken) => silences.ListAsync(status, attention, limit, cursor, cancellationToken))
            .WithSummary("Silences made through an API, also those that are over.");
        api.MapGet("/silences/preview", (
                [Description("Such as {severity=\"warning\", team=~\"ml-.*\"}.")] string? matchers,
                [Description("How many alerts are shown, 1 to 100, by default 50.")] string? limit,
                HttpContext context,
                SilenceEndpoints silences) => silences.PreviewAsync(matchers, limit, context))
            .WithSummary("What of all that is open now a silence with these matchers would hide.");
        api.MapGet("/silences/{id}", (string id, SilenceEndpoints silences, CancellationToken cancellationToken) =>
                silences.GetAsync(id, cancellationToken))
            .WithSummary("One silence.");
        api.MapPost("/silences", (HttpContext context, SilenceEndpoints silences) => silences.SetAsync(context))
            .RequireRight(KeyRights.Configure)
            .TakesBody<SilenceBody>(required: true)
            .TakesIdempotencyKey()
            .WithSummary("Makes a silence, or changes one by its id. Answers when it is in force.");
        api.MapDelete(
            "/silences/{id}",
            (string id, HttpContext context, SilenceEndpoints silences) => silences.EndAsync(id, context))
            .RequireRight(KeyRights.Configure)
            .TakesIdempotencyKey()
            .WithSummary("Ends a silence now. What still fires pages then.");
    }

    private async Task<Reply<ListOf<SilenceShape>>> ListAsync(
        string? status, string? attention, string? limit, string? cursor, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        string[] words = ["pending", "active", "expired"];
        var wanted = fields.OneOf("status", status, words.ToDictionary(w => w, StringComparer.OrdinalIgnoreCase));
        var onlyThose = fields.Flag("attention", attention);
        var (size, after) = (fields.Limit(limit), fields.Cursor("silences", cursor));
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        // A filter may pass over many: read on until the page is full or there are no more.
        var (now, settings) = (time.GetUtcNow(), grains.Policy.Settings);
        var hidden = onlyThose ? await HiddenAlerts.OfAsync(_open, grains.Policy, cancellationToken) : null;
        var found = new List<SilenceShape>();
        IReadOnlyList<GrainState> page;
        do
        {
            page = await reads.ListGrainsAsync(GrainKind.Silence, after, size + 1, cancellationToken);
            found.AddRange(page.Cast<SilenceState>()
                .Select(s => hidden is null ? SilenceShape.Of(s, now) : SilenceShape.Of(s, hidden, settings, now))
                .Where(s => wanted.Count == 0 || wanted.Contains(s.Status))
                .Where(s => s.Attention is not { Count: 0 }));
            after = page.Count > 0 ? page[^1].Grain.Key : after;
        }
        while (page.Count > size && found.Count <= size);

        return ListOf<SilenceShape>.Of(found, size, [.. found.Take(size)], s => Cursor.Of("silences", s.Id));
    }

    private async Task<Reply<PreviewShape>> PreviewAsync(string? matchers, string? limit, HttpContext context)
    {
        var fields = new Fields();
        var set = MatcherBody.OfText(matchers ?? "", fields);
        var first = fields.Limit(limit);
        return fields.AnyWrong
            ? fields.Problem
            : await PreviewShape.OfAsync(
                _open,
                alert => set.Matches(Classifier.MatchLabels(alert.Signal, alert.Class.Kind, alert.Class.Entity)),
                Caller.Of(context).Teams,
                first,
                context.RequestAborted);
    }

    private async Task<Reply<SilenceShape>> GetAsync(string id, CancellationToken cancellationToken) =>
        await FindAsync(id) is { } silence
            ? SilenceShape.Of(
                silence,
                await HiddenAlerts.OfAsync(_open, grains.Policy, cancellationToken),
                grains.Policy.Settings,
                time.GetUtcNow())
            : Unknown(id);

    private async Task<Reply<SilenceShape>> SetAsync(HttpContext context)
    {
        var key = Caller.Of(context);
        var (body, unreadable) = await Body.ReadAsync<SilenceBody>(context.Request);
        if (body is null)
        {
            return unreadable!;
        }

        var fields = new Fields();
        var retry = Caller.IdempotencyKey(context, key, fields);
        var silence = Read(body, key, fields, () => NewId(retry));
        if (key.Team is not null)
        {
            return Problem.OtherTeam(key);
        }

        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        return body.Id is { Length: > 0 } given && await FindAsync(given) is null
            ? Unknown(given)
            : await SendAsync(silence.Id, new SilenceCommand.Set(silence), retry, context);
    }

    private async Task<Reply<SilenceShape>> EndAsync(string id, HttpContext context)
    {
        var key = Caller.Of(context);
        var fields = new Fields();
        var retry = Caller.IdempotencyKey(context, key, fields);
        if (key.Team is not null)
        {
            return Problem.OtherTeam(key);
        }

        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        return await FindAsync(id) is null
            ? Unknown(id)
            : await SendAsync(id, new SilenceCommand.Expire(key.Name), retry, context);
    }

    private async Task<Reply<SilenceShape>> SendAsync(
        string id, SilenceCommand command, RetryKey? retry, HttpContext context)
    {
        var answer = await grains.SendAsync(new GrainId(GrainKind.Silence, id), command, CommandClass.Person, retry);
        if (!answer.Accepted)
        {
            return answer.Outcome == Outcome.Poison ? Problem.Poisoned(answer.Reason) : Problem.Refused(answer.Reason);
        }

        await grains.PolicyInForceAsync(context.RequestAborted);
        var state = answer.State as SilenceState ?? await FindAsync(id);
        return state is null ? Unknown(id) : SilenceShape.Of(state, time.GetUtcNow());
    }

    private Silencing Read(SilenceBody body, ApiKey key, Fields fields, Func<string> newId)
    {
        var start = fields.Time("startsAt", body.StartsAt) ?? time.GetUtcNow();
        var end = fields.Time("endsAt", body.EndsAt);
        var duration = fields.Duration("duration", body.Duration);
        if ((end is null) == (duration is null))
        {
            fields.Wrong("endsAt", "Give either 'endsAt' or 'duration'.");
        }

        return new Silencing(
            body.Id is { Length: > 0 } given ? fields.Text("id", given, Fields.LongestName) : newId(),
            MatcherBody.Read(body.Matchers, fields),
            start,
            end ?? start + (duration ?? TimeSpan.Zero),
            Caller.Actor(key, fields.Text("createdBy", body.CreatedBy, Fields.LongestName)),
            fields.Text("comment", body.Comment, LongestComment));
    }

    /// <summary>A retry under the same idempotency key means the same silence.</summary>
    private string NewId(RetryKey? retry) =>
        (retry is null ? _ids.Next("native silence") : DerivedId.Of("native silence retry", retry.Key, 0)).ToString();

    private async ValueTask<SilenceState?> FindAsync(string id) =>
        id.Contains('\0', StringComparison.Ordinal) || id.Length > Fields.LongestName
            ? null
            : await grains.ReadAsync(new GrainId(GrainKind.Silence, id)) as SilenceState;

    private static Problem Unknown(string id) => Problem.NotFound($"There is no silence '{id}'.");
}
