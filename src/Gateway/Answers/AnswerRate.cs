using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Answers;

/// <summary>
/// Bounds what is refused, by the address it comes from. Checking a signature is cheap and comes first, so that junk
/// from an address, behind a proxy perhaps everybody's, takes no answer from whoever has a right to give one.
/// </summary>
internal sealed class AnswerRate : IDisposable
{
    public const int Burst = 100;

    private readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Burst,
            TokensPerPeriod = 50,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));

    /// <returns>A refusal with this status, or that there were too many.</returns>
    public IResult Refuses(HttpContext context, int status, string said)
    {
        using var lease = _limiter.AttemptAcquire(context.Connection.RemoteIpAddress ?? IPAddress.None);
        return lease.IsAcquired
            ? Results.Text(said, statusCode: status)
            : Results.Text(
                "Too many requests: please try again in a moment.", statusCode: StatusCodes.Status429TooManyRequests);
    }

    public void Dispose() => _limiter.Dispose();
}
