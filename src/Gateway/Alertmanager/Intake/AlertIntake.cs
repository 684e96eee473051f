using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>POST /api/v2/alerts, answered when all usable alerts of the request are on disk, in one turn.</summary>
internal sealed class AlertIntake(IIntake intake, Quarantine quarantine, Answers answers)
{
    public const string Path = "/api/v2/alerts";

    private const string Source = "alertmanager";

    public async Task PostAsync(HttpContext context)
    {
        var sender = Sender.Of(context.Features.GetRequiredFeature<ApiKey>());
        var batch = await WholeBody.ReadAsync(
            context, sender, static (in body, sender) => AlertBatch.Read(body, sender).KeepingRefused(body));
        if (batch is null)
        {
            var unread = RefusedBody.Unread(context.Request.ContentLength);
            await quarantine.KeepAsync(context, Source, WholeBody.TooLarge, unread);
            await answers.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, WholeBody.TooLarge);
        }
        else if (batch.NotReadable is { } reason)
        {
            await quarantine.KeepAsync(context, Source, reason, batch.Refused!);
            await answers.WriteAsync(context, StatusCodes.Status400BadRequest, reason);
        }
        else
        {
            var poisoned = batch.Commands.Length == 0
                ? null
                : Poisoned(await intake.ReceiveAsync(batch.Commands.ToldTheirs(intake.Policy), context.RequestAborted));
            if (batch.Refused is { } refused)
            {
                await quarantine.KeepAsync(context, Source, batch.Problems.Text, refused);
            }

            await AnswerAsync(context, batch.Problems, poisoned);
        }
    }

    /// <summary>
    /// The reason of a command that could not be decided: its alert pages by itself, and the sender is told.
    /// </summary>
    public static string? Poisoned(Answer[] answers)
    {
        foreach (var answer in answers)
        {
            if (answer.Outcome == Outcome.Poison)
            {
                return answer.Reason;
            }
        }

        return null;
    }

    private static Task AnswerAsync(HttpContext context, AlertProblems problems, string? poisoned) => (problems, poisoned) switch
    {
        (_, { } reason) => Answers.TextAsync(context, StatusCodes.Status500InternalServerError, reason),
        ({ SchemaCode: > 0 }, _) =>
            Answers.CodedAsync(context, StatusCodes.Status422UnprocessableEntity, problems.SchemaCode, problems.Text),
        ({ Count: > 0 }, _) => Answers.TextAsync(context, StatusCodes.Status400BadRequest, problems.Text),
        _ => Answers.Done(context),
    };
}
