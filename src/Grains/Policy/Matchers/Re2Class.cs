using System.Globalization;
using System.Text;

namespace Correlation.Grains.Policy.Matchers;

/// <summary>RE2's characters and sets of characters, spelled for .NET, whose characters are UTF-16 units.</summary>
internal static class Re2Class
{
    private const string Surrogates = @"\uD800-\uDFFF";
    private const string Pair = @"[\uD800-\uDBFF][\uDC00-\uDFFF]";

    public const string AnyCharacter = $"(?:[^{Surrogates}]|{Pair})";
    public const string AnyButLineFeed = $@"(?:[^\n-[{Surrogates}]]|{Pair})";

    // As pairs of first and last.
    private static readonly Dictionary<string, string> Ascii = new()
    {
        ["d"] = "09",
        ["w"] = "09AZ__az",
        ["s"] = "\t\n\f\r  ",
        ["alnum"] = "09AZaz",
        ["alpha"] = "AZaz",
        ["ascii"] = "\0\x7F",
        ["blank"] = "\t\t  ",
        ["cntrl"] = "\0\x1F\x7F\x7F",
        ["digit"] = "09",
        ["graph"] = "!~",
        ["lower"] = "az",
        ["print"] = " ~",
        ["punct"] = "!/:@[`{~",
        ["space"] = "\t\r  ",
        ["upper"] = "AZ",
        ["word"] = "09AZ__az",
        ["xdigit"] = "09AFaf",
    };

    private static readonly HashSet<string> Categories =
    [
        "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No",
        "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs",
    ];

    /// <summary>A character so that a repetition behind it means the whole character.</summary>
    public static string Literal(int codePoint) => codePoint switch
    {
        < 0x80 when char.IsAsciiLetterOrDigit((char)codePoint) => ((char)codePoint).ToString(),
        < 0x10000 => Unit((char)codePoint),
        _ => $"(?:{string.Concat(new Rune(codePoint).ToString().Select(Unit))})",
    };

    /// <summary>`[…]`, with `at` on the bracket.</summary>
    public static string? ReadBracketed(string pattern, ref int at, bool ignoreCase, out MatcherError? error)
    {
        var open = at++;
        var negated = at < pattern.Length && pattern[at] == '^';
        at += negated ? 1 : 0;
        var items = new Items(ignoreCase);
        var first = at;
        while (at < pattern.Length && (pattern[at] != ']' || at == first))
        {
            error = ReadItem(pattern, ref at, items);
            if (error is not null)
            {
                return null;
            }
        }

        error = at < pattern.Length ? null : new MatcherError(open, "expected `]` for this `[`");
        at++;
        return error is null ? items.Close(negated) : null;
    }

    /// <summary>`\d`, `\pL`, `\.` and their like outside brackets, with `at` on the backslash.</summary>
    public static string? ReadEscape(string pattern, ref int at, bool ignoreCase, out MatcherError? error)
    {
        var items = new Items(ignoreCase);
        if (TryReadSet(pattern, ref at, items, out error))
        {
            return error is null ? items.Close(negated: false) : null;
        }

        var codePoint = Re2Escape.Read(pattern, ref at, out error);
        return error is null ? Literal(codePoint) : null;
    }

    private static MatcherError? ReadItem(string pattern, ref int at, Items items)
    {
        if (TryReadSet(pattern, ref at, items, out var error))
        {
            return error;
        }

        var start = at;
        var low = ReadCharacter(pattern, ref at, out error);
        var high = low;
        if (error is null && at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
        {
            at++;
            high = ReadCharacter(pattern, ref at, out error);
        }

        if (error is null && low > high)
        {
            return new MatcherError(start, "expected a range whose first character is the smaller one");
        }

        items.Add((char)low, (char)high);
        return error;
    }

    private static int ReadCharacter(string pattern, ref int at, out MatcherError? error)
    {
        var start = at;
        var codePoint = char.ConvertToUtf32(pattern, at);
        error = null;
        if (codePoint == '\\')
        {
            codePoint = Re2Escape.Read(pattern, ref at, out error);
        }
        else
        {
            at += new Rune(codePoint).Utf16SequenceLength;
        }

        if (error is null && codePoint > char.MaxValue)
        {
            error = new MatcherError(start, "expected characters up to U+FFFF in `[…]`; write `(?:…|…)` for others");
        }

        return codePoint;
    }

    // `[:alpha:]`, `\d`, `\pL`. False when what stands there is a single character.
    private static bool TryReadSet(string pattern, ref int at, Items items, out MatcherError? error)
    {
        error = null;
        var rest = pattern.AsSpan(at);
        if (rest.StartsWith("[:") && rest.IndexOf(":]") is >= 2 and var end)
        {
            var negated = rest[2] == '^';
            var name = rest[(negated ? 3 : 2)..end].ToString();
            at += end + 2;
            return AddAscii(name.Length > 1 ? name : "", negated, at, items, out error);
        }

        if (rest is ['\\', 'd' or 'D' or 's' or 'S' or 'w' or 'W', ..])
        {
            at += 2;
            var letter = char.ToLowerInvariant(rest[1]).ToString();
            return AddAscii(letter, char.IsAsciiLetterUpper(rest[1]), at, items, out error);
        }

        if (rest is ['\\', 'p' or 'P', ..])
        {
            error = ReadCategory(pattern, ref at, items);
            return true;
        }

        return false;
    }

    private static bool AddAscii(string name, bool negated, int at, Items items, out MatcherError? error)
    {
        error = null;
        if (!Ascii.TryGetValue(name, out var ranges))
        {
            var known = string.Join(", ", Ascii.Keys.Where(key => key.Length > 1));
            error = new MatcherError(at, $"expected one of the classes {known} between `[:` and `:]`");
            return true;
        }

        if (items.IgnoreCase && (Holds(ranges, 'S') || Holds(ranges, 's')))
        {
            // Without regard to case U+017F is an s and U+212A a k. A set without letters must be without these too,
            // or .NET adds the k that goes with them.
            ranges = name is "lower" or "upper" ? Ascii["alpha"] : ranges;
            ranges += "\u017F\u017F\u212A\u212A";
        }

        var next = '\0';
        for (var i = 0; i < ranges.Length; i += 2)
        {
            if (!negated)
            {
                items.Add(ranges[i], ranges[i + 1]);
            }
            else if (next < ranges[i])
            {
                items.Add(next, (char)(ranges[i] - 1));
            }

            next = (char)(ranges[i + 1] + 1);
        }

        if (negated)
        {
            items.Add(next, char.MaxValue);
            items.ReachesPairs = true;
        }

        return true;
    }

    private static bool Holds(string ranges, char c)
    {
        for (var i = 0; i < ranges.Length; i += 2)
        {
            if (ranges[i] <= c && c <= ranges[i + 1])
            {
                return true;
            }
        }

        return false;
    }

    // `\pL`, `\p{Lu}`, `\P{Lu}`, `\p{^Lu}`.
    private static MatcherError? ReadCategory(string pattern, ref int at, Items items)
    {
        var start = at;
        var rest = pattern.AsSpan(at + 2);
        var end = rest is ['{', ..] ? rest.IndexOf('}') : Math.Min(rest.Length, 1);
        var name = end < 0 ? "" : rest[..end].TrimStart('{').ToString();
        var negated = pattern[at + 1] == 'P' ^ name.StartsWith('^');
        name = name.TrimStart('^');
        if (!Categories.Contains(name))
        {
            return new MatcherError(
                start, "expected a Unicode category such as \\pL or \\p{Lu}; names of scripts are not supported");
        }

        at += 2 + end + (rest[0] == '{' ? 1 : 0);
        items.Add(negated ? $@"\P{{{name}}}" : $@"\p{{{name}}}");
        items.ReachesPairs |= negated;
        return null;
    }

    private static string Unit(char c) => string.Create(CultureInfo.InvariantCulture, $@"\u{(int)c:X4}");

    /// <summary>
    /// The inside of a .NET class. A set that reaches above U+FFFF takes a surrogate pair whole and never half of one.
    /// </summary>
    private sealed class Items(bool ignoreCase)
    {
        private readonly StringBuilder _inside = new();

        public bool IgnoreCase => ignoreCase;

        public bool ReachesPairs { get; set; }

        public void Add(char low, char high) => _inside.Append(Unit(low)).Append('-').Append(Unit(high));

        public void Add(string category) => _inside.Append(category);

        public string Close(bool negated)
        {
            var set = $"[{(negated ? "^" : "")}{_inside}";
            return ReachesPairs != negated ? $"(?:{set}-[{Surrogates}]]|{Pair})" : set + "]";
        }
    }
}
