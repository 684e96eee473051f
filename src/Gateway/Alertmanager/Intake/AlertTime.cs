using System.Text.Json;

namespace Correlation.Gateway.Alertmanager.Intake;

internal static class AlertTime
{
    /// <summary>
    /// Null, an empty text and the year 1 mean "not given": clients in Go cannot leave a time out. Cut to whole
    /// milliseconds, as everything that shows it again does. A time without a zone is taken for UTC.
    /// </summary>
    /// <returns>False when the value is no time.</returns>
    public static bool TryRead(ref Utf8JsonReader reader, out DateTimeOffset? time)
    {
        time = null;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        if (reader.TryGetDateTimeOffset(out var given))
        {
            var utc = HasZone(ref reader) ? given.UtcTicks : given.Ticks;
            if (given.Year > 1)
            {
                time = new DateTimeOffset(utc - (utc % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
            }

            return true;
        }

        return reader.ValueSpan.IsEmpty;
    }

    private static bool HasZone(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return EndsWithZone(reader.ValueSpan);
        }

        // What was read as a time is no longer than this.
        Span<byte> text = stackalloc byte[64];
        return EndsWithZone(text[..reader.CopyString(text)]);
    }

    private static bool EndsWithZone(ReadOnlySpan<byte> text) =>
        text[^1] == 'Z' || (text.Length > 6 && text[^6] is (byte)'+' or (byte)'-' && text.Contains((byte)'T'));
}
