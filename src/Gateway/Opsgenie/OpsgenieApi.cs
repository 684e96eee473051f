using System.Data.Common;
using Correlation.Gateway.Contacts;
using Correlation.Gateway.Opsgenie.Configuration;
using Correlation.Gateway.Opsgenie.Schedules;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// The whole API behind one endpoint: every request that points into it gets an answer in its shape, whatever goes
/// wrong.
/// </summary>
internal sealed partial class OpsgenieApi
{
    private readonly Envelope _envelope;
    private readonly AlertApi _alerts;
    private readonly HeartbeatApi _heartbeats;
    private readonly ScheduleApi _schedules;
    private readonly ConfigurationApi _configuration;
    private readonly AccountApi _account;
    private readonly ILogger _log;

    public OpsgenieApi(
        IGrains grains, IReads reads, ITestPages pages, Quarantine quarantine, TimeProvider time, ILogger<OpsgenieApi> log)
    {
        var ids = new FreshIds(time);
        var lookup = new AlertLookup(grains, reads);
        var searches = new SavedSearches(grains, reads);
        _log = log;
        _envelope = new Envelope(time, ids);
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

    public IRefusals Refusals => _envelope;

    public async Task HandleAsync(HttpContext context)
    {
        var started = _envelope.Start();
        try
        {
            await _envelope.WriteAsync(context, started, await AnswerAsync(context));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            CallerLeft(_log, context.Request.Method, context.Request.Path);
        }
    }

    /// <summary>What a raw target of this request is; the decoded path where a test host has none.</summary>
    public static string TargetOf(HttpContext context) =>
        context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } target
            ? target
            : context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent();

    private async ValueTask<ApiAnswer> AnswerAsync(HttpContext context)
    {
        if (context.Features.Get<ApiKey>() is not { } key)
        {
            return new ApiAnswer(401) { Message = "Could not authenticate" };
        }

        try
        {
            return ApiPath.TryParse(TargetOf(context), out var path)
                ? await AnswerAsync(new ApiCall(context, path, key))
                : ApiAnswer.NotFound($"No such path: {context.Request.Path}");
        }
        catch (UnavailableException e)
        {
            return new ApiAnswer(503) { Message = e.Message, RetryAfter = e.RetryAfter };
        }
        catch (DbException e)
        {
            StoreFailed(_log, context.Request.Method, context.Request.Path, e.Message);
            return new ApiAnswer(503) { Message = StoreFault.Message, RetryAfter = StoreFault.RetryAfter };
        }
        catch (BadHttpRequestException e)
        {
            return new ApiAnswer(e.StatusCode) { Message = e.Message };
        }
        catch (Exception e) when (!(e is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            // The one loop that can act on it is the client's: it retries a 500, in the shape it can read.
            Failed(_log, e, context.Request.Method, context.Request.Path);
            return new ApiAnswer(500) { Message = "The request failed inside the service; its log has the cause." };
        }
    }

    private ValueTask<ApiAnswer> AnswerAsync(ApiCall call) => (call.Path.Version, call.Path.Resource) switch
    {
        ("v2", "alerts") => _alerts.AnswerAsync(call),
        ("v2", "heartbeats") => _heartbeats.AnswerAsync(call),
        ("v2", "schedules") => _schedules.AnswerAsync(call),
        ("v2", "account") => Reading(call, _account.Account),
        ("v2", "request-limits") => Reading(call, AccountApi.RequestLimits),
        ("v2", "teams" or "escalations" or "users" or "integrations" or "policies" or "forwarding-rules" or "roles") or
            ("v1", "maintenance" or "policies") => _configuration.AnswerAsync(call),
        ("v1", "incidents") when call.Path.Rest.Length == 0 => Reading(call, () => AccountApi.Incidents(call)),
        ("v1", "incidents") =>
            new(ApiAnswer.NotSupported("Opsgenie's incidents are not supported: see /api/v1/incidents.")),
        var (version, resource) => new(ApiAnswer.NotFound($"No such path: /{version}/{resource} is not served.")),
    };

    private static ValueTask<ApiAnswer> Reading(ApiCall call, Func<ApiAnswer> answer) => call.Is("GET")
        ? AlertApi.WithRight(call, KeyRights.Read, () => new(answer()))
        : new(ApiAnswer.MethodNotAllowed(call.Method));
}
