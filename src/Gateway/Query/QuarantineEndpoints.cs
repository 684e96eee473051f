using System.ComponentModel;
using System.Globalization;
using System.Text;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query;

/// <summary>A body of which not every alert could be used.</summary>
/// <param name="Source">opsgenie, alertmanager or alertmanager-webhook.</param>
/// <param name="Key">Name of the key it came under.</param>
/// <param name="Size">Bytes of the whole body; null when it was not read to its end.</param>
/// <param name="Truncated">True when 'body' is only the beginning, or empty because it was too large to read.</param>
/// <param name="Body">As text; bytes that are none are replaced.</param>
public sealed record QuarantinedShape(
    string Id, DateTimeOffset At, string Source, string Key, string Reason, long? Size, bool Truncated, string Body)
{
    internal static QuarantinedShape Of(QuarantinedBody body) => new(
        body.Id.ToString(CultureInfo.InvariantCulture),
        body.At,
        body.Source,
        body.Key,
        body.Reason,
        body.Size < 0 ? null : body.Size,
        body.Size != body.Begin.Length,
        Encoding.UTF8.GetString(body.Begin.Span));
}

/// <summary>What senders sent and no alert could be made of: the newest thousand of the last 30 days.</summary>
internal static class QuarantineEndpoints
{
    public static void MapQuarantine(this IEndpointRouteBuilder api) =>
        api.MapGet("/quarantine", ListAsync)
            .WithSummary("Bodies of alerts that could not be used, or not all of them, newest first. A team's key sees its own.");

    private static async Task<Reply<ListOf<QuarantinedShape>>> ListAsync(
        [Description("1 to 100, by default 50.")] string? limit,
        [Description("The 'next' of the page before.")] string? cursor,
        HttpContext context,
        Quarantine quarantine,
        CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var size = fields.Limit(limit);
        long? before = null;
        if (fields.Cursor("quarantine", cursor) is { } text)
        {
            before = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
            if (before is null)
            {
                fields.WrongCursor();
            }
        }

        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var found = await quarantine.ListAsync(Caller.Of(context).Team, before, size + 1, cancellationToken);
        return ListOf<QuarantinedShape>.Of(
            found,
            size,
            [.. found.Take(size).Select(QuarantinedShape.Of)],
            body => Cursor.Of("quarantine", body.Id.ToString(CultureInfo.InvariantCulture)));
    }
}
