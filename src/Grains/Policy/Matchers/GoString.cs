using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Correlation.Grains.Policy.Matchers;

/// <summary>Go's double-quoted string literals, which Alertmanager reads and prints matchers with.</summary>
internal static class GoString
{
    private const string Letters = "abfnrtv\\\"";
    private const string Meanings = "\a\b\f\n\r\t\v\\\"";

    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"", text.Length + 2);
        foreach (var rune in text.EnumerateRunes())
        {
            var letter = rune.IsBmp ? Meanings.IndexOf((char)rune.Value) : -1;
            var escaped = (letter, rune.Value) switch
            {
                ( >= 0, _) => $"\\{Letters[letter]}",
                _ when IsPrintable(rune) => rune.ToString(),
                (_, < 0x80) => $"\\x{rune.Value:x2}",
                (_, < 0x10000) => $"\\u{rune.Value:x4}",
                _ => $"\\U{rune.Value:x8}",
            };
            quoted.Append(escaped);
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Undoes the escapes inside a literal. Escapes name bytes, so what they spell must be UTF-8.</summary>
    public static bool TryUnescape(string text, int start, int end, out string value, out MatcherError? error)
    {
        var bytes = new List<byte>(end - start);
        value = "";
        for (var at = start; at < end;)
        {
            var escape = at;
            if (text[at] == '\n')
            {
                error = new MatcherError(at, "a line feed inside quotes is written \\n");
                return false;
            }

            if (!(text[at] == '\\' ? TryReadEscape(text, ref at, end, bytes) : ReadRune(text, ref at, bytes)))
            {
                error = new MatcherError(
                    escape,
                    @"unknown escape; expected one of \a \b \f \n \r \t \v \"" \xHH \OOO \uHHHH \UHHHHHHHH, "
                    + @"or \\ for a backslash itself");
                return false;
            }
        }

        var utf8 = CollectionsMarshal.AsSpan(bytes);
        var valid = Utf8.IsValid(utf8);
        error = valid ? null : new MatcherError(start, "the escaped bytes are not UTF-8");
        value = valid ? Encoding.UTF8.GetString(utf8) : "";
        return valid;
    }

    private static bool TryReadEscape(string text, ref int at, int end, List<byte> bytes)
    {
        var kind = at + 1 < end ? text[at + 1] : '\0';
        var letter = Letters.IndexOf(kind);
        if (letter >= 0)
        {
            bytes.Add((byte)Meanings[letter]);
            at += 2;
            return true;
        }

        var (digits, radix) = kind switch
        {
            'x' => (2, 16),
            'u' => (4, 16),
            'U' => (8, 16),
            >= '0' and <= '7' => (3, 8),
            _ => (0, 0),
        };
        var from = at + (radix == 8 ? 1 : 2);
        if (digits == 0 || from + digits > end || !TryReadNumber(text.AsSpan(from, digits), radix, out var number))
        {
            return false;
        }

        at = from + digits;
        return kind is 'u' or 'U' ? AddRune(number, bytes) : AddByte(number, bytes);
    }

    private static bool TryReadNumber(ReadOnlySpan<char> digits, int radix, out long number)
    {
        number = 0;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (digit >= radix)
            {
                return false;
            }

            number = (number * radix) + digit;
        }

        return true;
    }

    private static bool ReadRune(string text, ref int at, List<byte> bytes)
    {
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var used);
        at += used;
        return AddRune(rune.Value, bytes);
    }

    private static bool AddByte(long value, List<byte> bytes)
    {
        bytes.Add((byte)value);
        return value <= byte.MaxValue;
    }

    private static bool AddRune(long value, List<byte> bytes)
    {
        if (value > 0x10FFFF || !Rune.TryCreate((int)value, out var rune))
        {
            return false;
        }

        Span<byte> utf8 = stackalloc byte[4];
        bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
        return true;
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);
}
