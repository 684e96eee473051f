using System.Data.Common;
using System.Diagnostics.Metrics;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Requests;

/// <summary>
/// A body that no alert can be made of will not be sent again, so it is kept before its sender is told so. The answer
/// waits for the disk, but not for long and not for a crowd: whoever sends rubbish fast loses some of it, and nobody
/// else waits. Only for callers whose key was accepted.
/// </summary>
public sealed partial class Quarantine(IQuarantine store, Meter meter, TimeProvider time, ILogger<Quarantine> log)
    : IDisposable
{
    private const int MostWaiting = 32;
    private const int LongestReason = 2_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Counter<long> _kept = meter.CreateCounter<long>(
        "correlation_quarantine_kept_total", description: "Bodies that could not be used and are kept, by source.");

    private readonly Counter<long> _lost = meter.CreateCounter<long>(
        "correlation_quarantine_lost_total", description: "Bodies that could not be used and not be kept, by source.");

    private readonly SemaphoreSlim _one = new(1);
    private int _waiting;

    /// <summary>Never fails: whoever cannot be helped is answered all the same.</summary>
    public async ValueTask KeepAsync(HttpContext context, string source, string reason, RefusedBody body)
    {
        var key = context.Features.GetRequiredFeature<ApiKey>();
        var shown = reason.Length <= LongestReason ? reason : reason[..LongestReason];
        var kept = new QuarantinedBody(
            0, time.GetUtcNow(), source, key.Name, key.Team ?? "", shown, body.Size, body.Begin);
        var tag = new KeyValuePair<string, object?>("source", source);
        try
        {
            var isKept = Interlocked.Increment(ref _waiting) <= MostWaiting && await WriteAsync(kept);
            (isKept ? _kept : _lost).Add(1, tag);
        }
        catch (Exception fault) when (fault is DbException or IOException or OperationCanceledException)
        {
            _lost.Add(1, tag);
            NotKept(log, fault, source, key.Name, shown);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <param name="team">Of whose keys; null for all.</param>
    public ValueTask<IReadOnlyList<QuarantinedBody>> ListAsync(
        string? team, long? before, int limit, CancellationToken cancellationToken) =>
        store.ListAsync(team, time.GetUtcNow() - QuarantineBounds.Default.Age, before, limit, cancellationToken);

    public void Dispose() => _one.Dispose();

    private async Task<bool> WriteAsync(QuarantinedBody body)
    {
        using var enough = new CancellationTokenSource(Patience, time);
        await _one.WaitAsync(enough.Token);
        try
        {
            await store.KeepAsync(body, QuarantineBounds.Default, enough.Token);
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A body from {Source} under the key '{Key}' could not be used ({Reason}) and not be kept in quarantine")]
    private static partial void NotKept(ILogger log, Exception cause, string source, string key, string reason);
}

public static class QuarantineServices
{
    /// <summary>Needs an <see cref="IQuarantine"/> and a meter among the services.</summary>
    public static IServiceCollection AddQuarantine(this IServiceCollection services) =>
        services.AddSingleton<Quarantine>();
}
