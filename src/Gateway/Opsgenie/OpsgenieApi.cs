using Correlation.Gateway.Contacts;
using Correlation.Gateway.Opsgenie.Configuration;
using Correlation.Gateway.Opsgenie.Schedules;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Opsgenie;

/// <summary>The whole API behind one endpoint.</summary>
internal sealed class OpsgenieApi
{
    private readonly OpsgenieGuard _guard;
    private readonly AlertApi _alerts;
    private readonly HeartbeatApi _heartbeats;
    private readonly ScheduleApi _schedules;
    private readonly ConfigurationApi _configuration;
    private readonly AccountApi _account;

    public OpsgenieApi(
        IGrains grains, IReads reads, ITestPages pages, Quarantine quarantine, TimeProvider time,
        ILogger<OpsgenieGuard> log)
    {
        var ids = new FreshIds(time);
        var lookup = new AlertLookup(grains, reads);
        var searches = new SavedSearches(grains, reads);
        _guard = new OpsgenieGuard(new Envelope(time, ids), log);
        _alerts = new AlertApi(
            lookup,
            new AlertCreation(grains, quarantine, ids),
            new AlertWrites(grains, lookup, time),
            new AlertReads(grains, reads, lookup),
            new AlertLists(grains, reads, searches),
            new SavedSearchApi(grains, searches, ids),
            new RequestStatuses(grains, reads));
        _heartbeats = new HeartbeatApi(grains, reads);
        _schedules = new ScheduleApi(grains, ids, time);
        _configuration = new ConfigurationApi(grains, reads, new ContactBook(grains, pages), ids, time);
        _account = new AccountApi(grains);
    }

    public IRefusals Refusals => _guard.Refusals;

    public Task HandleAsync(HttpContext context) => _guard.HandleAsync(context, AnswerAsync);

    private ValueTask<ApiAnswer> AnswerAsync(ApiCall call) => (call.Path.Version, call.Path.Resource) switch
    {
        ("v2", "alerts") => _alerts.AnswerAsync(call),
        ("v2", "heartbeats") => _heartbeats.AnswerAsync(call),
        ("v2", "schedules") => _schedules.AnswerAsync(call),
        ("v2", "account") => Reading(call, _account.Account),
        ("v2", "request-limits") => Reading(call, AccountApi.RequestLimits),
        ("v2", "teams" or "escalations" or "users" or "integrations" or "policies" or "forwarding-rules" or "roles") or
            ("v1", "maintenance" or "policies" or "services" or "incident-templates") => _configuration.AnswerAsync(call),
        ("v1", "incidents") when call.Path.Rest.Length == 0 => Reading(call, () => AccountApi.Incidents(call)),
        ("v1", "incidents") =>
            new(ApiAnswer.NotSupported("Opsgenie's incidents are not supported: see /api/v1/incidents.")),
        var (version, resource) => new(ApiAnswer.NotFound($"No such path: /{version}/{resource} is not served.")),
    };

    private static ValueTask<ApiAnswer> Reading(ApiCall call, Func<ApiAnswer> answer) => call.Is("GET")
        ? AlertApi.WithRight(call, KeyRights.Read, () => new(answer()))
        : new(ApiAnswer.MethodNotAllowed(call.Method, "GET"));
}
