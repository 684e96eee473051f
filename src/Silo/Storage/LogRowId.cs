namespace Correlation.Silo.Storage;

/// <summary>
/// Key of a row of the decision log: the turn and its place in it. A request id names the turn, so it finds its row
/// among the few of that turn without an index of its own.
/// </summary>
internal static class LogRowId
{
    public const int OrdinalBits = 20;

    public static long Of(long turn, int ordinal) => ordinal < 1 << OrdinalBits
        ? (turn << OrdinalBits) | (long)ordinal
        : throw new ArgumentOutOfRangeException(
            nameof(ordinal), ordinal, $"A turn has at most {1 << OrdinalBits} decisions; turn {turn} has more.");

    public static long First(long turn) => turn << OrdinalBits;

    public static long Last(long turn) => ((turn + 1) << OrdinalBits) - 1;
}
