namespace Correlation.Gateway.Query;

/// <param name="Next">Give it as <c>cursor</c> to go on; null at the end.</param>
public sealed record ListOf<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>A page of which one item more than wanted was read, to know whether there is a next.</summary>
    internal static ListOf<T> Of<TSource>(
        IReadOnlyList<TSource> read, int limit, IReadOnlyList<T> items, Func<TSource, string> cursorOf) =>
        new(items, read.Count > limit ? cursorOf(read[limit - 1]) : null);
}
