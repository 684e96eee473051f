namespace Correlation.Gateway.Opsgenie.Search;

/// <summary>
/// What a search asks for. <see cref="AlertQueryParser"/> reads it, <see cref="AlertQuerySql"/> compiles it.
/// </summary>
internal abstract record AlertQuery
{
    private AlertQuery()
    {
    }

    /// <summary>The empty query.</summary>
    public sealed record All : AlertQuery;

    public sealed record And(AlertQuery Left, AlertQuery Right) : AlertQuery;

    public sealed record Or(AlertQuery Left, AlertQuery Right) : AlertQuery;

    public sealed record Not(AlertQuery Operand) : AlertQuery;

    public sealed record Compare(AlertField Field, CompareOperator Operator, CompareValue Value) : AlertQuery;

    /// <summary>A word or phrase without a field.</summary>
    public sealed record Text(CompareValue.Word Word) : AlertQuery;
}

internal enum CompareOperator
{
    /// <summary>`:` and `=`; for texts it means "contains".</summary>
    Is,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>A value of the kind its field asks for.</summary>
internal abstract record CompareValue
{
    private CompareValue()
    {
    }

    /// <param name="Prefix">It ended in `*`.</param>
    public sealed record Word(string Text, bool Prefix) : CompareValue;

    public sealed record Number(long Value) : CompareValue;

    public sealed record Flag(bool Value) : CompareValue;

    /// <summary>
    /// The day, minute or millisecond that was named, as Unix milliseconds. It compares as a whole: later than a day is
    /// after its end, as late as a day is up to its end.
    /// </summary>
    public sealed record Period(long From, long Until) : CompareValue;
}
