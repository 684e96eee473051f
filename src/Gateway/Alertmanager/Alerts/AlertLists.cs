using System.Buffers;
using System.Text.Json;
using Correlation.Gateway.Query.Alerts;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Correlation.Gateway.Alertmanager.Alerts;

/// <summary>
/// GET /api/v2/alerts and /alerts/groups: each alert is rendered as it is read, and what is kept until all are sorted
/// is the text that goes out.
/// </summary>
internal sealed class AlertLists(IGrains grains, IReads reads, TimeProvider time, Answers answers)
{
    /// <summary>Lists at a time; like Alertmanager's, one more is refused rather than kept waiting.</summary>
    private const int AtATime = 8;

    private const int FlushAt = 64 * 1024;

    private readonly OpenAlerts _open = new(reads);
    private int _running;

    public Task ListAsync(HttpContext context) => AnswerAsync(context, WriteListAsync);

    public Task GroupsAsync(HttpContext context) => AnswerAsync(context, WriteGroupsAsync);

    private async Task AnswerAsync(HttpContext context, Func<HttpContext, AlertQuery, Task> write)
    {
        if (AlertQuery.Read(context.Request.Query, out var reason) is not { } query)
        {
            await Answers.TextAsync(context, StatusCodes.Status400BadRequest, reason);
            return;
        }

        if (Interlocked.Increment(ref _running) > AtATime)
        {
            Interlocked.Decrement(ref _running);
            await answers.WriteAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                $"Limit of concurrent lists reached (limit: {AtATime}), try again later.",
                TimeSpan.FromSeconds(1));
            return;
        }

        try
        {
            await write(context, query);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task WriteListAsync(HttpContext context, AlertQuery query)
    {
        var found = await RenderAsync(context, query);
        found.Sort(static (x, y) => x.Fingerprint.CompareTo(y.Fingerprint));
        Answers.Head(context, StatusCodes.Status200OK);
        await WriteArrayAsync(context, found);
    }

    private async Task WriteGroupsAsync(HttpContext context, AlertQuery query)
    {
        var found = await RenderAsync(context, query);
        var groups = found.GroupBy(alert => (alert.Group, alert.Receiver))
            .OrderBy(group => group.Key.Group.ToString(), StringComparer.Ordinal)
            .ThenBy(group => group.Key.Receiver, StringComparer.Ordinal);
        Answers.Head(context, StatusCodes.Status200OK);
        var output = context.Response.BodyWriter;
        var opening = "["u8.ToArray();
        foreach (var group in groups)
        {
            output.Write(opening);
            opening = ","u8.ToArray();
            WriteGroupHead(output, group.Key.Group, group.Key.Receiver);
            await WriteArrayAsync(context, [.. group.OrderBy(alert => alert.Fingerprint)]);
            output.Write("}"u8);
        }

        output.Write(opening[0] == '[' ? "[]"u8 : "]"u8);
        await output.FlushAsync(context.RequestAborted);
    }

    private static void WriteGroupHead(IBufferWriter<byte> output, Labels labels, string receiver)
    {
        var head = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(head, Answers.Json))
        {
            json.WriteStartObject();
            ShownAlert.WritePairs(json, "labels"u8, labels);
            ShownAlert.WritePairs(json, "routeLabels"u8, []);
            json.WriteStartObject("receiver"u8);
            json.WriteString("name"u8, receiver);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        // The array of alerts goes in before the closing brace.
        output.Write(head.WrittenSpan[..^1]);
        output.Write(",\"alerts\":"u8);
    }

    private static async Task WriteArrayAsync(HttpContext context, List<RenderedAlert> alerts)
    {
        var output = context.Response.BodyWriter;
        output.Write("["u8);
        var unsent = 0;
        for (var i = 0; i < alerts.Count; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            output.Write(alerts[i].Json);
            unsent += alerts[i].Json.Length;
            if (unsent > FlushAt)
            {
                unsent = 0;
                await output.FlushAsync(context.RequestAborted);
            }
        }

        output.Write("]"u8);
        await output.FlushAsync(context.RequestAborted);
    }

    private async Task<List<RenderedAlert>> RenderAsync(HttpContext context, AlertQuery query)
    {
        var teams = context.Features.GetRequiredFeature<ApiKey>().Teams;
        var (policy, now) = (grains.Policy, time.GetUtcNow());
        var found = new List<RenderedAlert>();
        await foreach (var page in _open.PagesAsync(teams, context.RequestAborted))
        {
            var text = new ArrayBufferWriter<byte>();
            using var json = new Utf8JsonWriter(text, Answers.Json);
            foreach (var alert in page.Select(view => new ShownAlert(view.Alert)).Where(alert => alert.IsWanted(query)))
            {
                var start = text.WrittenCount;
                alert.Write(json, policy.Settings, now);
                json.Flush();
                json.Reset();
                found.Add(new RenderedAlert(
                    alert.Fingerprint.Value, alert.GroupLabels(policy), alert.Receiver, text, start..text.WrittenCount));
            }
        }

        return found;
    }

    /// <param name="Page">The texts of a page together, so that there is one large array of them and not many small
    /// ones.</param>
    private sealed record RenderedAlert(
        ulong Fingerprint, Labels Group, string Receiver, ArrayBufferWriter<byte> Page, Range At)
    {
        public ReadOnlySpan<byte> Json => Page.WrittenSpan[At];
    }
}
