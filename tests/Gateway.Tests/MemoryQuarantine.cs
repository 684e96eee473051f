using Correlation.Gateway.Seams;

namespace Correlation.Gateway.Tests;

/// <summary>Keeps everything, or fails as a store does that is down.</summary>
internal sealed class MemoryQuarantine : IQuarantine
{
    private readonly Lock _one = new();
    private readonly List<QuarantinedBody> _kept = [];

    public Exception? Fault { get; set; }

    public IReadOnlyList<QuarantinedBody> Kept
    {
        get
        {
            lock (_one)
            {
                return [.. _kept];
            }
        }
    }

    public ValueTask KeepAsync(QuarantinedBody body, QuarantineBounds bounds, CancellationToken cancellationToken)
    {
        if (Fault is { } fault)
        {
            return ValueTask.FromException(fault);
        }

        lock (_one)
        {
            _kept.Add(body with { Id = _kept.Count + 1 });
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<QuarantinedBody>> ListAsync(
        string? team, DateTimeOffset since, long? before, int limit, CancellationToken cancellationToken) => new(
        [
            .. Kept.Reverse()
                .Where(body =>
                    (team is null || body.Team == team) && body.At >= since && body.Id < (before ?? long.MaxValue))
                .Take(limit),
        ]);
}
