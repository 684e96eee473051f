namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// A page of a list that is read by cursor: after an item's offset, or with direction <c>prev</c> before it.
/// </summary>
internal static class CursorPage
{
    /// <param name="ordered">All items in the order asked for.</param>
    /// <returns>The page in that order, and whether more lies in the direction that was read.</returns>
    public static (IReadOnlyList<T> Items, bool More) Of<T>(
        IEnumerable<T> ordered, Func<T, string> offset, string cursor, bool forward, int limit)
    {
        var all = ordered.ToList();
        var at = cursor.Length == 0 ? -1 : all.FindIndex(item => offset(item) == cursor);
        if (cursor.Length > 0 && at < 0)
        {
            return ([], false);
        }

        if (forward)
        {
            var rest = all.Skip(at + 1).ToList();
            return (rest.Take(limit).ToList(), rest.Count > limit);
        }

        var before = at < 0 ? all : all[..at];
        return (before.TakeLast(limit).ToList(), before.Count > limit);
    }
}
