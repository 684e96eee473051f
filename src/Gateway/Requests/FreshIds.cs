using Correlation.Grains.Model;

namespace Correlation.Gateway.Requests;

/// <summary>
/// Ids for what no command names: a request that was only read or refused, an alert without an alias. Unique by the
/// moment this process started, the process, and a counter; in the order of time, see <see cref="DerivedId.At"/>.
/// </summary>
internal sealed class FreshIds(TimeProvider time)
{
    private readonly string _start =
        $"{time.GetUtcNow().UtcTicks}/{time.GetTimestamp()}/{Environment.MachineName}/{Environment.ProcessId}";

    private long _last;

    public Guid Next(string purpose) =>
        DerivedId.At(time.GetUtcNow(), purpose, _start, Interlocked.Increment(ref _last));
}
