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
internal sealed class AlertCreation(IGrains grains, FreshIds ids)
{
    private readonly ConditionalWeakTable<ApiKey, Integration> _integrations = [];

    public async ValueTask<ApiAnswer> CreateAsync(ApiCall call)
    {
        var (body, refusal) = await RequestBody.ReadAsync(call.Http, (in sequence) =>
        {
            var parsed = new SignalBody(grains.Policy);
            parsed.Read(sequence);
            return parsed;
        });
        if (refusal is not null)
        {
            return refusal;
        }

        var caller = call.Http.Connection.RemoteIpAddress?.ToString() ?? "";
        var signal = body!.Build(call.Key, IntegrationOf(call.Key), caller, () => ids.Next("alias").ToString());
        if (signal is null)
        {
            return ApiAnswer.Invalid(body.Errors);
        }

        var to = new GrainId(GrainKind.Alert, signal.Alias);
        return ApiAnswer.Accepted(await grains.SendAsync(to, new AlertCommand.Receive(signal), CommandClass.Intake));
    }

    private Integration IntegrationOf(ApiKey key) => _integrations.GetValue(
        key, static k => new Integration(DerivedId.Of("integration", k.Name, 0).ToString(), k.Name, "API"));
}
