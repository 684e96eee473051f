using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Query;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Changes;

/// <param name="Secret">Of the webhooks; empty when they are not signed, and then they need an API key.</param>
public sealed record MlflowWebhook(string Secret)
{
    internal const string Path = "/webhooks/mlflow";

    /// <summary>MLflow sends no headers of ours: its signature is enough.</summary>
    internal bool LetsIn(HttpRequest request) =>
        Secret.Length > 0 && request.Path == Path && request.Headers[MlflowSignature.SignatureHeader].Count > 0;
}

public static class MlflowRoutes
{
    public static IEndpointRouteBuilder MapMlflow(this IEndpointRouteBuilder app)
    {
        app.MapGroup(MlflowWebhook.Path).AddEndpointFilter<RouteGroupBuilder, Faults>().MapPost("", (
                HttpContext context, IGrains grains, Quarantine quarantine, MlflowWebhook webhook, TimeProvider time) =>
            MlflowEndpoint.PostAsync(context, grains, quarantine, webhook, time));
        return app;
    }
}

/// <summary>
/// POST /webhooks/mlflow. A delivery is tried again with the same id after 5xx and 429 only, and a change that is known
/// already changes nothing.
/// </summary>
internal static class MlflowEndpoint
{
    private const string Source = "mlflow";

    /// <summary>Who it is when the signature let it in.</summary>
    private static readonly ApiKey Signed = new(
        "mlflow", new string('0', 64), ApiKeyType.Integration, null, KeyRights.CreateAndUpdate);

    public static async Task<IResult> PostAsync(
        HttpContext context, IGrains grains, Quarantine quarantine, MlflowWebhook webhook, TimeProvider time)
    {
        if (context.Features.Get<ApiKey>() is { } key && !key.May(KeyRights.CreateAndUpdate))
        {
            return new Problem(
                StatusCodes.Status403Forbidden, "Forbidden", $"The key '{key.Name}' may not send events.");
        }

        var body = await WholeBody.ReadAsync(context, 0, static (in bytes, _) => bytes.ToArray());
        if (body is null)
        {
            return new Problem(
                StatusCodes.Status413PayloadTooLarge, "Invalid request", WholeBody.TooLarge, Field: "body");
        }

        var now = time.GetUtcNow();
        if (webhook.Secret.Length > 0 && !MlflowSignature.IsRight(webhook.Secret, context.Request.Headers, body, now))
        {
            return new Problem(
                StatusCodes.Status401Unauthorized, "Unauthorized", "The signature is missing, old or wrong.");
        }

        context.Features.Set(context.Features.Get<ApiKey>() ?? Signed);
        var delivery = context.Request.Headers[MlflowSignature.IdHeader].ToString();
        var read = Read(
            body,
            delivery is { Length: > 0 and <= 100 }
                ? delivery
                : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body)),
            grains.Policy,
            now);
        if (read.Problem is { } reason)
        {
            await quarantine.KeepAsync(context, Source, reason, RefusedBody.Of(new ReadOnlySequence<byte>(body)));
            return Problem.Invalid("body", $"Not an event of a model registry: {reason}.");
        }

        var answers = await grains.SendAsync(read.Commands, CommandClass.Intake);
        return answers.FirstOrDefault(answer => answer.Outcome == Outcome.Poison) is { } poisoned
            ? Problem.Poisoned(poisoned.Reason)
            : Results.Json(new { accepted = read.Commands.Count > 0 }, NativeJson.Options);
    }

    private static RegistryEvent Read(byte[] body, string delivery, PolicyVersion policy, DateTimeOffset now)
    {
        // A parser looks only at the texts that somebody asks for.
        if (!Utf8.IsValid(body))
        {
            return new RegistryEvent([], "the body is not UTF-8");
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return RegistryEvent.Read(document.RootElement, delivery, policy, now);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return new RegistryEvent([], wrong.Message);
        }
    }
}
