using System.Runtime.CompilerServices;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// POST /v2/alerts: answered when the alert is on disk, so that it can be found the moment the client knows.
/// </summary>
internal sealed class AlertCreation(IIntake intake, Quarantine quarantine, FreshIds ids)
{
    private readonly ConditionalWeakTable<ApiKey, Integration> _integrations = [];

    public async ValueTask<ApiAnswer> CreateAsync(ApiCall call)
    {
        Signal? signal = null;
        RefusedBody? refused = null;
        var (body, refusal) = await RequestBody.ReadAsync(call.Http, (in sequence) =>
        {
            var parsed = new SignalBody(intake.Policy);
            try
            {
                parsed.Read(sequence);
                signal = Build(parsed, call);
                return parsed;
            }
            finally
            {
                refused = signal is null ? RefusedBody.Of(sequence) : null;
            }
        });
        if (signal is null)
        {
            refusal ??= ApiAnswer.Invalid(body!.Errors);
            await quarantine.KeepAsync(
                call.Http, "opsgenie", ReasonOf(refusal),
                refused ?? RefusedBody.Unread(call.Http.Request.ContentLength));
            return refusal;
        }

        var command = new GrainCommand(new GrainId(GrainKind.Alert, signal.Alias), new AlertCommand.Receive(signal));
        return ApiAnswer.Accepted((await intake.ReceiveAsync([command], call.Aborted))[0]);
    }

    private Signal? Build(SignalBody body, ApiCall call)
    {
        var caller = call.Http.Connection.RemoteIpAddress?.ToString() ?? "";
        return body.Build(call.Key, IntegrationOf(call.Key), caller, () => ids.Next("alert"));
    }

    private static string ReasonOf(ApiAnswer refusal) => refusal.Errors is { } errors
        ? string.Join("; ", errors.Select(error => $"{error.Key}: {error.Value}"))
        : refusal.Message ?? "";

    private Integration IntegrationOf(ApiKey key) => _integrations.GetValue(
        key, static k => new Integration(k.IntegrationId, k.Name, k.IntegrationType));
}
