using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>
/// POST /webhooks/alertmanager. Alertmanager gives a notification up at any 4xx, so 400 is for bodies of which nothing
/// can be used; they are kept in quarantine, since nobody will send them again. No body is too large: it would come
/// again as it is, so the first of its alerts are taken.
/// </summary>
internal sealed partial class NotificationIntake(
    IIntake intake, Quarantine quarantine, Answers answers, ILogger<NotificationIntake> log)
{
    public const string Path = "/webhooks/alertmanager";

    private const string Source = "alertmanager-webhook";

    public async Task PostAsync(HttpContext context)
    {
        var key = context.Features.GetRequiredFeature<ApiKey>();
        var batch = await WholeBody.ReadBeginningAsync(
            context,
            AlertLimits.NotifiedBytes,
            Sender.Of(key),
            static (in body, cut, sender) => Notification.Read(body, sender, cut).KeepingRefused(body, cut));
        if (batch.LeftOut > 0)
        {
            LeftOut(log, batch.LeftOut, key.Name);
        }

        var reason = batch.NotReadable
            ?? (batch.Commands.Length == 0 && batch.Problems.Count > 0 ? batch.Problems.Text : null);
        if (reason is not null)
        {
            await KeepAsync(context, key, reason, batch.Refused!);
            await answers.WriteAsync(context, StatusCodes.Status400BadRequest, reason);
            return;
        }

        // In slices, for each alert stands for itself: when a later one is refused all of them come again, as repeats.
        string? poisoned = null;
        foreach (var slice in batch.Commands.ToldTheirs(intake.Policy).Chunk(AlertLimits.Alerts))
        {
            poisoned = AlertIntake.Poisoned(await intake.ReceiveAsync(slice, context.RequestAborted)) ?? poisoned;
        }

        if (batch.Refused is { } refused)
        {
            await KeepAsync(context, key, batch.Problems.Text, refused);
        }

        await (poisoned is null
            ? Answers.JsonAsync(context, StatusCodes.Status200OK, batch, static (json, batch) =>
            {
                json.WriteStartObject();
                json.WriteNumber("accepted"u8, batch.Commands.Length);
                json.WriteNumber("problems"u8, batch.Problems.Count);
                json.WriteEndObject();
            })
            : answers.WriteAsync(context, StatusCodes.Status500InternalServerError, poisoned));
    }

    private ValueTask KeepAsync(HttpContext context, ApiKey key, string reason, RefusedBody body)
    {
        NotUsed(log, key.Name, reason);
        return quarantine.KeepAsync(context, Source, reason, body);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A notification under the key '{Key}' cannot be used, or not all of it; see /api/v1/quarantine: {Problem}")]
    private static partial void NotUsed(ILogger log, string key, string problem);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Alertmanager left {LeftOut} alerts out of a notification under the key '{Key}', and nobody is paged for " +
            "them; set max_alerts of its webhook_config to 0")]
    private static partial void LeftOut(ILogger log, long leftOut, string key);
}
