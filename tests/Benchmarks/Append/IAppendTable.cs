namespace Correlation.Benchmarks.Append;

/// <summary>The durable log of the append-only server. Only one thread calls it.</summary>
internal interface IAppendTable : IDisposable
{
    /// <summary>All rows are on disk when this returns. Throws IOException when not; then none is kept.</summary>
    void Append(List<AppendRow> rows, DateTimeOffset at);
}
