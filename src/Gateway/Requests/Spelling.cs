namespace Correlation.Gateway.Requests;

/// <summary>Finds what somebody meant to write.</summary>
public static class Spelling
{
    /// <returns><c>, did you mean 'x'?</c>, or nothing when no candidate is near.</returns>
    public static string Hint(string word, IEnumerable<string> candidates)
    {
        var closest = candidates
            .Select(candidate => (candidate, distance: Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .Where(pair => pair.distance <= Math.Max(word.Length, pair.candidate.Length) / 3)
            .OrderBy(pair => pair.distance)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
        return closest is null ? "" : $", did you mean '{closest}'?";
    }

    /// <summary>The fewest insertions, deletions and replacements that make one word of the other.</summary>
    private static int Distance(string one, string other)
    {
        var above = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var row = new int[other.Length + 1];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = above[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(above[j], row[j - 1]) + 1);
            }

            above = row;
        }

        return above[^1];
    }
}
