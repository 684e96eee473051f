using System.Data.Common;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Opsgenie;

/// <summary>Every request that points into the API gets an answer in its shape, whatever goes wrong.</summary>
internal sealed partial class OpsgenieGuard(Envelope envelope, ILogger<OpsgenieGuard> log)
{
    public IRefusals Refusals => envelope;

    public async Task HandleAsync(HttpContext context, Func<ApiCall, ValueTask<ApiAnswer>> answer)
    {
        var started = envelope.Start();
        try
        {
            await envelope.WriteAsync(context, started, await AnswerAsync(context, answer));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            CallerLeft(log, context.Request.Method, context.Request.Path);
        }
    }

    /// <summary>What a raw target of this request is; the decoded path where a test host has none.</summary>
    public static string TargetOf(HttpContext context) =>
        context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } target
            ? target
            : context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent();

    private async ValueTask<ApiAnswer> AnswerAsync(HttpContext context, Func<ApiCall, ValueTask<ApiAnswer>> answer)
    {
        if (context.Features.Get<ApiKey>() is not { } key)
        {
            return new ApiAnswer(401) { Message = "Could not authenticate" };
        }

        try
        {
            return ApiPath.TryParse(TargetOf(context), out var path)
                ? await answer(new ApiCall(context, path, key))
                : ApiAnswer.NotFound($"No such path: {context.Request.Path}");
        }
        catch (UnavailableException e)
        {
            return new ApiAnswer(503) { Message = e.Message, RetryAfter = e.RetryAfter };
        }
        catch (DbException e)
        {
            StoreFailed(log, context.Request.Method, context.Request.Path, e.Message);
            return new ApiAnswer(503) { Message = StoreFault.Message, RetryAfter = StoreFault.RetryAfter };
        }
        catch (BadHttpRequestException e)
        {
            return new ApiAnswer(e.StatusCode) { Message = e.Message };
        }
        catch (Exception e) when (!(e is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            // The one loop that can act on it is the client's: it retries a 500, in the shape it can read.
            Failed(log, e, context.Request.Method, context.Request.Path);
            return new ApiAnswer(500) { Message = "The request failed inside the service; its log has the cause." };
        }
    }
}
