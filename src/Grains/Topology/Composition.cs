using System.Collections.Frozen;
using System.Text;

namespace Correlation.Grains.Topology;

/// <summary>
/// A letter with marks as one character where there is one, as Unicode's form C has it. Own tables: the process runs
/// without a library of languages, so that each machine of a cluster makes the same key of a name. Characters that have
/// but another name in Unicode (the sign of Ångström, some Chinese ones) stay as they are written.
/// </summary>
internal static partial class Composition
{
    /// <summary>Below it nothing can be composed.</summary>
    private const char FirstMark = '\u0300';

    private const int HangulFirst = 0xAC00, Leading = 0x1100, Vowel = 0x1161, Trailing = 0x11A7;
    private const int Leadings = 19, Vowels = 21, Trailings = 28;

    private static readonly FrozenDictionary<(char Letter, char Mark), char> Composed =
        Pairs.Chunk(3).ToFrozenDictionary(entry => (entry[0], entry[1]), entry => entry[2]);

    private static readonly FrozenDictionary<char, string> Decomposed =
        Pairs.Chunk(3).ToFrozenDictionary(entry => entry[2], entry => $"{entry[0]}{entry[1]}");

    private static readonly FrozenDictionary<char, int> Classes = Runs.Chunk(3)
        .SelectMany(run => Enumerable.Range(run[0], run[1]).Select(mark => (Mark: (char)mark, Class: (int)run[2])))
        .ToFrozenDictionary(entry => entry.Mark, entry => entry.Class);

    public static string Of(string name)
    {
        if (!name.AsSpan().ContainsAnyInRange(FirstMark, '\uFFFF'))
        {
            return name;
        }

        var apart = new StringBuilder(name.Length + 8);
        foreach (var letter in name)
        {
            TakeApart(letter, apart);
        }

        return Compose(Ordered(apart));
    }

    private static void TakeApart(char letter, StringBuilder into)
    {
        if (Decomposed.TryGetValue(letter, out var parts))
        {
            TakeApart(parts[0], into);
            TakeApart(parts[1], into);
        }
        else
        {
            into.Append(letter);
        }
    }

    /// <summary>Marks of one letter that may be written in any order are in that of their classes.</summary>
    private static char[] Ordered(StringBuilder text)
    {
        var letters = text.ToString().ToCharArray();
        for (var (first, next) = (0, 0); first < letters.Length; first = next + 1)
        {
            for (next = first; next < letters.Length && ClassOf(letters[next]) > 0;)
            {
                next++;
            }

            if (next - first > 1)
            {
                letters.AsSpan(first, next - first).ToArray().OrderBy(ClassOf).ToArray().CopyTo(letters, first);
            }
        }

        return letters;
    }

    private static string Compose(char[] letters)
    {
        var made = new StringBuilder(letters.Length);
        var (starter, last) = (-1, 0);
        foreach (var letter in letters)
        {
            var own = ClassOf(letter);
            var isNext = starter >= 0 && (starter == made.Length - 1 || (last > 0 && last < own));
            if (isNext && Together(made[starter], letter) is { } one)
            {
                made[starter] = one;
                continue;
            }

            starter = own == 0 ? made.Length : starter;
            last = own;
            made.Append(letter);
        }

        return made.ToString();
    }

    private static char? Together(char letter, char mark)
    {
        var (syllable, vowel, trailing) = (letter - HangulFirst, mark - Vowel, mark - Trailing);
        return letter - Leading is >= 0 and < Leadings and var leading && vowel is >= 0 and < Vowels
            ? (char)(HangulFirst + (((leading * Vowels) + vowel) * Trailings))
            : syllable is >= 0 and < Leadings * Vowels * Trailings && syllable % Trailings == 0 && trailing is > 0 and < Trailings
            ? (char)(letter + trailing)
            : Composed.TryGetValue((letter, mark), out var one) ? one : null;
    }

    private static int ClassOf(char letter) => Classes.GetValueOrDefault(letter);
}
