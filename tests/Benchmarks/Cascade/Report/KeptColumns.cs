using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Measures;

namespace Correlation.Benchmarks.Cascade.Report;

/// <summary>
/// Scores of every case as a file, and back: what takes long is run by itself, in parts, and its tables are made with
/// the others.
/// </summary>
internal static class KeptColumns
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static void Write(string file, IReadOnlyList<Column> columns) =>
        File.WriteAllText(file, JsonSerializer.Serialize(columns, Json));

    public static IReadOnlyList<Column> Read(string file) =>
        JsonSerializer.Deserialize<List<Column>>(File.ReadAllText(file), Json)!;

    /// <summary>All of them, split by split: the cases of a split and a way to correlate are one column, by seed.</summary>
    /// <exception cref="InvalidOperationException">
    /// A case is of none of the seeds that are reported, or is there twice, or a way to correlate has not all of those
    /// that the split's others have.
    /// </exception>
    public static IReadOnlyList<Column> Together(IEnumerable<Column> columns, CascadeOptions options)
    {
        var names = Split.All.Select(split => split.Name).ToList();
        List<Column> together =
        [
            .. columns.GroupBy(column => (column.Split, column.Who, column.Settings))
                .Select(parts => parts.First() with { Cases = Cases(parts) })
                .OrderBy(column => names.IndexOf(column.Split)),
        ];
        foreach (var split in together.GroupBy(column => column.Split))
        {
            var seeds = split.First().Cases.Select(score => score.Seed).ToList();
            if (split.FirstOrDefault(column => !column.Cases.Select(score => score.Seed).SequenceEqual(seeds)) is { } other)
            {
                throw new InvalidOperationException($"Of {split.Key}, '{other.Who}' has other seeds than '{split.First().Who}'.");
            }
        }

        return together;

        List<CaseScore> Cases(IEnumerable<Column> parts)
        {
            var cases = parts.SelectMany(part => part.Cases).OrderBy(score => score.Seed).ToList();
            for (var i = 0; i < cases.Count; i++)
            {
                var seed = cases[i].Seed;
                if (seed < options.FirstSeed || seed >= options.FirstSeed + options.Cases || (i > 0 && cases[i - 1].Seed == seed))
                {
                    throw new InvalidOperationException(string.Create(
                        CultureInfo.InvariantCulture, $"Seed {seed} of {cases[i].Split} is not to be reported, or is there twice."));
                }
            }

            return cases;
        }
    }
}
