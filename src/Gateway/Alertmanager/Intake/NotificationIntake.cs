using System.Buffers;
using System.Text;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>
/// POST /webhooks/alertmanager. Alertmanager gives a notification up at any 4xx, so 400 is for bodies of which nothing
/// can be used; they are kept in the log, since nobody will send them again.
/// </summary>
internal sealed partial class NotificationIntake(IGrains grains, Answers answers, ILogger<NotificationIntake> log)
{
    private const int Shown = 2048;

    public async Task PostAsync(HttpContext context)
    {
        var key = context.Features.GetRequiredFeature<ApiKey>();
        var batch = await WholeBody.ReadAsync(context, (Intake: this, Key: key), static (in body, call) => call.Intake.Read(body, call.Key));
        if (batch is null)
        {
            await answers.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, WholeBody.TooLarge);
            return;
        }

        var reason = batch.NotReadable ?? (batch.Commands.Length == 0 && batch.Problems.Count > 0 ? batch.Problems.Text : null);
        if (reason is not null)
        {
            await answers.WriteAsync(context, StatusCodes.Status400BadRequest, reason);
            return;
        }

        var poisoned = batch.Commands.Length == 0
            ? null
            : AlertIntake.Poisoned(await grains.SendAsync(batch.Commands, CommandClass.Intake));
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

    private AlertBatch Read(in ReadOnlySequence<byte> body, ApiKey key)
    {
        var batch = Notification.Read(body, Sender.Of(key));
        if ((batch.NotReadable ?? batch.Problems.Text) is { Length: > 0 } problem && log.IsEnabled(LogLevel.Warning))
        {
            NotUsed(log, key.Name, problem, Encoding.UTF8.GetString(body.Slice(0, Math.Min(body.Length, Shown))));
        }

        return batch;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A notification under the key '{Key}' cannot be used, or not all of it: {Problem}. It begins with {Body}")]
    private static partial void NotUsed(ILogger log, string key, string problem, string body);
}
