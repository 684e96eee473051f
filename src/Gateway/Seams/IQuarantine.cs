namespace Correlation.Gateway.Seams;

/// <summary>
/// Where bodies lie that no alert could be made of: evidence for the operator, beside the engine and never in its way.
/// </summary>
public interface IQuarantine
{
    /// <summary>On disk when it completes. What is past the bounds is dropped with it.</summary>
    /// <exception cref="System.Data.Common.DbException">It could not be written.</exception>
    ValueTask KeepAsync(QuarantinedBody body, QuarantineBounds bounds, CancellationToken cancellationToken);

    /// <summary>
    /// Newest first, with an id below <paramref name="before"/>; of one team's keys, or of all when null.
    /// </summary>
    ValueTask<IReadOnlyList<QuarantinedBody>> ListAsync(
        string? team, DateTimeOffset since, long? before, int limit, CancellationToken cancellationToken);
}

/// <param name="Id">Given by the store, rising.</param>
/// <param name="Source">Which adapter could not use it.</param>
/// <param name="Key">Name of the caller's key, never the key.</param>
/// <param name="Team">Of the key; empty for none.</param>
/// <param name="Size">Of the whole body; -1 when nobody knows.</param>
/// <param name="Begin">The body, or how it begins.</param>
public sealed record QuarantinedBody(
    long Id, DateTimeOffset At, string Source, string Key, string Team, string Reason, long Size,
    ReadOnlyMemory<byte> Begin);

/// <summary>A sender that never succeeds must neither fill the disk nor push out what others sent.</summary>
public sealed record QuarantineBounds(int Count, int CountPerKey, long Bytes, TimeSpan Age)
{
    public static QuarantineBounds Default { get; } = new(1_000, 100, 16 << 20, TimeSpan.FromDays(30));
}
