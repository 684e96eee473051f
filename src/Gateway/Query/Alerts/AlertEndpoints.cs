using System.ComponentModel;
using System.Globalization;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query.Alerts;

/// <summary>Alerts: list, one, close. What people do with them they do with their incident.</summary>
internal sealed class AlertEndpoints(IGrains grains, IReads reads, TimeProvider time)
{
    public static void MapAlerts(IEndpointRouteBuilder api)
    {
        api.MapGet("/alerts", (
                [Description("Opsgenie's query language, such as 'status:open AND priority:P1'.")] string? query,
                [Description("1 to 100, by default 50.")] string? limit,
                [Description("The 'next' of the page before.")] string? cursor,
                HttpContext context,
                AlertEndpoints alerts) => alerts.ListAsync(query, limit, cursor, context))
            .WithSummary("Alerts, newest first. Counts are at most 30 s old here.");
        api.MapGet(
            "/alerts/{id}", (string id, HttpContext context, AlertEndpoints alerts) => alerts.GetAsync(id, context))
            .WithSummary("One alert by its id or alias, with the exact count. A slash in an alias is written %2F.");
        api.MapGet("/alerts/{id}/repeats", (
                string id,
                [Description("1 to 100, by default 50.")] string? limit,
                [Description("The 'next' of the page before.")] string? cursor,
                HttpContext context,
                AlertEndpoints alerts) => alerts.RepeatsAsync(id, limit, cursor, context))
            .WithSummary(
                "How often an alert was sent again, by the hour, newest first. The last two hours may not be there yet; "
                + "an hour in which its alias opened anew counts for both alerts.");
        api.MapPost(
            "/alerts/{id}/close",
            (string id, HttpContext context, AlertEndpoints alerts) => alerts.CloseAsync(id, context))
            .RequireRight(KeyRights.CreateAndUpdate)
            .TakesBody<PersonBody>(required: false)
            .TakesIdempotencyKey()
            .WithSummary("Closes an alert, as a person.");
    }

    private async Task<Reply<ListOf<AlertShape>>> ListAsync(
        string? query, string? limit, string? cursor, HttpContext context)
    {
        var fields = new Fields();
        var after = AlertCursor.Read(cursor, fields);
        var filter = AlertQueryFilter.Of(query, after, Caller.Of(context), grains.Policy, fields);
        var size = fields.Limit(limit);
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var found = await reads.ListAlertsAsync(
            new AlertList(filter, "created_at", Descending: true, 0, size + 1), context.RequestAborted);
        return ListOf<AlertShape>.Of(
            found, size, [.. found.Take(size).Select(AlertShape.Of)], view => AlertCursor.After(view.Alert));
    }

    private async Task<Reply<AlertShape>> GetAsync(string id, HttpContext context)
    {
        var (view, problem) = await FindAsync(id, context);
        return view is null ? problem! : AlertShape.Of(view);
    }

    private async Task<Reply<ListOf<RepeatHourShape>>> RepeatsAsync(
        string id, string? limit, string? cursor, HttpContext context)
    {
        var fields = new Fields();
        var (size, before) = (fields.Limit(limit), HourOf(cursor, fields));
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var (view, problem) = await FindAsync(id, context);
        if (view is null)
        {
            return problem!;
        }

        var alert = view.Alert;
        var from = alert.CreatedAt.AddTicks(-(alert.CreatedAt.UtcTicks % TimeSpan.TicksPerHour));
        var end = before ?? alert.ClosedAt ?? DateTimeOffset.MaxValue;
        var found = await reads.RepeatsAsync(alert.Alias, from, end, size + 1, context.RequestAborted);
        return ListOf<RepeatHourShape>.Of(
            found,
            size,
            [.. found.Take(size).Select(RepeatHourShape.Of)],
            hour => Cursor.Of("repeats", hour.Hour.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
    }

    private async Task<Reply<AlertShape>> CloseAsync(string id, HttpContext context)
    {
        var key = Caller.Of(context);
        var (body, unreadable) = await Body.ReadAsync<PersonBody>(context.Request);
        if (body is null)
        {
            return unreadable!;
        }

        var fields = new Fields();
        var said = Caller.Said(key, body, fields, time.GetUtcNow());
        var retry = Caller.IdempotencyKey(context, key, fields);
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var (view, problem) = await FindAsync(id, context);
        if (view is null)
        {
            return problem!;
        }

        // Also of a past episode, which the alert refuses: but a retry is answered as the first time, whatever came
        // since.
        var close = new AlertCommand.Close(view.Alert.Id, said.User, key.Name, said.Note, ByPerson: true);
        var answer = await grains.SendAsync(view.Alert.Grain, close, CommandClass.Person, retry);
        return answer.Outcome switch
        {
            Outcome.Refused => Problem.Refused(answer.Reason),
            Outcome.Poison => Problem.Poisoned(answer.Reason),
            _ => await FindAsync(await ClosedAsync(view, retry, answer, context), context) is { View: { } after }
                ? AlertShape.Of(after)
                : Unknown(id),
        };
    }

    /// <summary>
    /// What the answer is about: of a retry the first one's alert, for the alias may be another's by now.
    /// </summary>
    private async ValueTask<string> ClosedAsync(AlertView view, RetryKey? retry, Answer answer, HttpContext context)
    {
        var first = retry is null ? null : await reads.FindRequestAsync(answer.Position, context.RequestAborted);
        return (first?.AlertId ?? view.Alert.Id).ToString();
    }

    /// <summary>A UUID may be an id or an alias; everything else is an alias.</summary>
    private async ValueTask<(AlertView? View, Problem? Problem)> FindAsync(string id, HttpContext context)
    {
        var text = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return (null, Unknown(id));
        }

        var view = Guid.TryParse(text, out var parsed)
            ? await reads.FindAlertAsync(AlertRef.ById(parsed), context.RequestAborted)
            : null;
        view ??= await reads.FindAlertAsync(AlertRef.ByAlias(text), context.RequestAborted);
        var key = Caller.Of(context);
        return view switch
        {
            null => (null, Unknown(id)),
            _ when !key.Sees(view.Alert.Class.Team) => (null, Problem.OtherTeam(key)),
            { IsCurrent: true } => (await NowAsync(view), null),
            _ => (view, null),
        };
    }

    /// <summary>Memory over row: repeats that no checkpoint has written yet count here.</summary>
    private async ValueTask<AlertView> NowAsync(AlertView view) =>
        await grains.ReadAsync(view.Alert.Grain) is AlertState now && now.Id == view.Alert.Id
            ? view with { Alert = now }
            : view;

    private static DateTimeOffset? HourOf(string? cursor, Fields fields)
    {
        if (fields.Cursor("repeats", cursor) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) &&
            seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        }

        fields.WrongCursor();
        return null;
    }

    private static Problem Unknown(string id) => Problem.NotFound($"There is no alert with the id or alias '{id}'.");
}
