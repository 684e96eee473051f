using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Opsgenie;

/// <summary>One request: where it points, who asks, and what came along.</summary>
internal sealed record ApiCall(HttpContext Http, ApiPath Path, ApiKey Key)
{
    private ApiQuery? _query;

    public string Method => Http.Request.Method;

    public ApiQuery Query => _query ??= new ApiQuery(Path.Query);

    public CancellationToken Aborted => Http.RequestAborted;

    public bool Is(string method) => string.Equals(Method, method, StringComparison.OrdinalIgnoreCase);
}
