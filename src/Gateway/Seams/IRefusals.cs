using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Seams;

/// <summary>
/// Endpoint metadata: how a protocol words a refusal that was decided before its endpoint ran (no key, no right, too
/// much at once), so that a client always reads the shape it expects. Without it a refusal is a problem response.
/// </summary>
public interface IRefusals
{
    Task WriteAsync(HttpContext context, int status, string message, TimeSpan? retryAfter = null);
}
