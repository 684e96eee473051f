using System.Net;
using System.Threading.RateLimiting;

namespace Correlation.Gateway.Answers;

/// <summary>
/// Bounds requests by the address they come from. Somebody who answers needs a handful, a provider or a proxy that speaks
/// for many some more; whoever tries out links gets nowhere, and keeps nobody else from answering.
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

    public bool Takes(IPAddress? address)
    {
        using var lease = _limiter.AttemptAcquire(address ?? IPAddress.None);
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
