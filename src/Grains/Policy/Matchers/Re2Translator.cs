using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Correlation.Grains.Policy.Matchers;

/// <summary>
/// Rewrites RE2 syntax, which senders and silences use, into .NET's. It reads the whole pattern instead of replacing
/// parts of it, so that what RE2 does not know (look-around, back-references) is refused and what .NET means otherwise
/// is spelled out: `$` is the end of the text only, `\d \s \w` are ASCII, a dot is one code point.
/// </summary>
/// <remarks>
/// Groups do not capture and repetition is greedy, since only "does it match" is asked. Two differences remain: `\b`
/// takes letters of all scripts as word characters, and `\p{L}` knows no letters above U+FFFF.
/// </remarks>
internal sealed class Re2Translator(string pattern)
{
    private const int MaxDepth = 200;
    private const int MaxRepeat = 1000;

    private readonly StringBuilder _out = new(pattern.Length * 2);
    private readonly Stack<(int At, Flags Outer)> _groups = new();
    private readonly HashSet<string> _names = [];
    private int _at;
    private Flags _flags;
    private Last _last = Last.Nothing;

    [Flags]
    private enum Flags
    {
        None = 0,
        IgnoreCase = 1,
        MultiLine = 2,
        DotAll = 4,
    }

    private enum Last
    {
        Nothing,
        Item,
        Repetition,
    }

    public static bool TryTranslate(
        string pattern,
        [NotNullWhen(true)] out string? translated,
        [NotNullWhen(false)] out MatcherError? error)
    {
        var translator = new Re2Translator(pattern);
        error = translator.Translate();
        translated = error is null ? translator._out.ToString() : null;
        return error is null;
    }

    private MatcherError? Translate()
    {
        while (_at < pattern.Length)
        {
            if (Next() is { } error)
            {
                return error;
            }
        }

        return _groups.TryPeek(out var open) ? Error(open.At, "expected `)` for this `(`") : null;
    }

    private MatcherError? Next()
    {
        switch (pattern[_at])
        {
            case '(':
                return OpenGroup();
            case ')':
                return CloseGroup();
            case '|':
                _at++;
                _out.Append('|');
                _last = Last.Nothing;
                return null;
            case '*' or '+' or '?':
                return Repeat(pattern[_at].ToString(), _at + 1);
            case '{' when TryReadCounts(out var counts, out var end):
                return counts is null ? Error(_at, $"expected counts up to {MaxRepeat}, the smaller first")
                    : Repeat(counts, end);
            case '[':
                return Class();
            case '\\':
                return Escape();
            case '.':
                return Item(1, _flags.HasFlag(Flags.DotAll) ? Re2Class.AnyCharacter : Re2Class.AnyButLineFeed);
            case '^':
                return Item(1, _flags.HasFlag(Flags.MultiLine) ? "(?m:^)" : @"\A");
            case '$':
                return Item(1, _flags.HasFlag(Flags.MultiLine) ? "(?m:$)" : @"\z");
            default:
                var rune = Rune.GetRuneAt(pattern, _at);
                return Item(rune.Utf16SequenceLength, Re2Class.Literal(rune.Value));
        }
    }

    private MatcherError? Item(int length, string translated)
    {
        _at += length;
        _out.Append(translated);
        _last = Last.Item;
        return null;
    }

    private MatcherError? Repeat(string repetition, int end)
    {
        if (_last != Last.Item)
        {
            return Error(_at, _last == Last.Nothing
                ? $"expected something to repeat before `{pattern[_at]}`"
                : "expected no second repetition; write `(?:…)` around the first");
        }

        // A `?` behind it asks for the shortest match, which is a match all the same.
        _at = end < pattern.Length && pattern[end] == '?' ? end + 1 : end;
        _out.Append(repetition);
        _last = Last.Repetition;
        return null;
    }

    // `{2}`, `{2,}`, `{2,5}`; any other brace is literal. Null counts: in this form, but out of range.
    private bool TryReadCounts(out string? counts, out int end)
    {
        counts = null;
        end = pattern.IndexOf('}', _at) + 1;
        var parts = end == 0 ? [] : pattern[(_at + 1)..(end - 1)].Split(',');
        var literal = parts is not ([_] or [_, _])
            || !IsCount(parts[0])
            || (parts.Length == 2 && parts[1].Length > 0 && !IsCount(parts[1]));
        if (literal)
        {
            return false;
        }

        var open = parts is [_, ""];
        var inRange = TryCount(parts[0], out var least) & TryCount(open ? parts[0] : parts[^1], out var most);
        if (inRange && least <= most)
        {
            counts = open ? $"{{{least},}}" : $"{{{least},{most}}}";
        }

        return true;
    }

    private static bool IsCount(string digits) =>
        digits.Length > 0 && digits.All(char.IsAsciiDigit) && (digits.Length == 1 || digits[0] != '0');

    private static bool TryCount(string digits, out int count) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count <= MaxRepeat;

    private MatcherError? OpenGroup()
    {
        if (_groups.Count == MaxDepth)
        {
            return Error(_at, $"expected at most {MaxDepth} groups inside one another");
        }

        var at = _at++;
        var outer = _flags;
        if (_at < pattern.Length && pattern[_at] == '?')
        {
            _at++;
            var named = pattern.AsSpan(_at) is ['P', '<', ..] or ['<', not ('=' or '!'), ..];
            if ((named ? ReadName() : ReadFlags(at)) is { } error)
            {
                return error;
            }
        }

        // `(?i)` is no group: its flags hold to the end of the group it stands in.
        if (pattern[_at - 1] != ')')
        {
            _groups.Push((at, outer));
            _out.Append("(?:");
        }

        _out.Append(CaseFlag(outer, _flags));
        _last = Last.Nothing;
        return null;
    }

    private MatcherError? CloseGroup()
    {
        if (!_groups.TryPop(out var open))
        {
            return Error(_at, "expected a `(` before this `)`");
        }

        _flags = open.Outer;
        return Item(1, ")");
    }

    private MatcherError? ReadName()
    {
        var start = pattern.IndexOf('<', _at) + 1;
        var end = pattern.IndexOf('>', start);
        var name = end < 0 ? "" : pattern[start..end];
        if (name.Length == 0 || !name.All(c => c == '_' || char.IsAsciiLetterOrDigit(c)))
        {
            return Error(start, "expected a group name of letters, digits and `_`, then `>`");
        }

        _at = end + 1;
        return _names.Add(name) ? null : Error(start, $"expected each group name once, found `{name}` again");
    }

    // `(?flags)` and `(?flags:`, with `-` before those to clear. U (shortest first) does not matter here.
    private MatcherError? ReadFlags(int open)
    {
        var length = pattern.AsSpan(_at).IndexOfAny(':', ')');
        var parts = length < 0 ? ["?"] : pattern.Substring(_at, length).Split('-');
        var (set, cleared) = (parts[0], parts.Length > 1 ? parts[1] : "");
        if (parts.Length > 2 || !(set + cleared).All("imsU".Contains) || (parts.Length == 2 && cleared.Length == 0))
        {
            return Error(open, "expected `(?:`, `(?P<name>` or flags of i, m, s, U; RE2 knows no look-around");
        }

        _at += length + 1;
        _flags = (_flags | FlagsOf(set)) & ~FlagsOf(cleared);
        return null;
    }

    private static Flags FlagsOf(string letters) => letters.Aggregate(Flags.None, (flags, letter) => letter switch
    {
        'i' => flags | Flags.IgnoreCase,
        'm' => flags | Flags.MultiLine,
        's' => flags | Flags.DotAll,
        _ => flags,
    });

    private static string CaseFlag(Flags before, Flags after) =>
        (before.HasFlag(Flags.IgnoreCase), after.HasFlag(Flags.IgnoreCase)) switch
        {
            (false, true) => "(?i)",
            (true, false) => "(?-i)",
            _ => "",
        };

    private bool IgnoreCase => _flags.HasFlag(Flags.IgnoreCase);

    private MatcherError? Class()
    {
        var set = Re2Class.ReadBracketed(pattern, ref _at, IgnoreCase, out var error);
        return set is null ? error : Item(0, set);
    }

    private MatcherError? Escape()
    {
        if (_at + 1 == pattern.Length)
        {
            return Error(_at, "expected a character after this backslash");
        }

        switch (pattern[_at + 1])
        {
            case 'A' or 'z' or 'b' or 'B':
                return Item(2, pattern.Substring(_at, 2));
            case 'Q':
                return Quoted();
            default:
                var item = Re2Class.ReadEscape(pattern, ref _at, IgnoreCase, out var error);
                return item is null ? error : Item(0, item);
        }
    }

    private MatcherError? Quoted()
    {
        var end = pattern.IndexOf(@"\E", _at + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            return Error(_at, @"expected `\E` for this `\Q`");
        }

        foreach (var rune in pattern.AsSpan()[(_at + 2)..end].EnumerateRunes())
        {
            Item(0, Re2Class.Literal(rune.Value));
        }

        _at = end + 2;
        return null;
    }

    private static MatcherError Error(int at, string message) => new(at, message);
}
