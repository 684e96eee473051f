namespace Correlation.Silo.Storage.Sqlite.Reads;

/// <summary>A value of a sort column, in SQLite's order: nothing, then numbers, then texts by their bytes.</summary>
internal readonly record struct SortValue(long? Number, byte[]? Text) : IComparable<SortValue>
{
    public static SortValue Of(Statement row, int column) => row switch
    {
        _ when row.IsNull(column) => default,
        _ when row.IsText(column) => new SortValue(null, row.Blob(column)),
        _ => new SortValue(row.Long(column), null),
    };

    public int CompareTo(SortValue other) => (Text, other.Text) switch
    {
        (null, null) => Nullable.Compare(Number, other.Number),
        (null, _) => -1,
        (_, null) => 1,
        var (one, two) => one.AsSpan().SequenceCompareTo(two),
    };
}
