namespace Correlation.TestKit.Memory;

/// <summary>Stores keep due times in milliseconds: late by a part of one, never early.</summary>
internal static class WholeMilliseconds
{
    public static DateTimeOffset AtOrAfter(DateTimeOffset at)
    {
        var over = at.UtcTicks % TimeSpan.TicksPerMillisecond;
        return over == 0 ? at : at.AddTicks(TimeSpan.TicksPerMillisecond - over);
    }
}
