using System.Globalization;
using System.Text;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Faults;
using Correlation.Benchmarks.Cascade.Measures;

namespace Correlation.Benchmarks.Cascade.Report;

/// <summary>What was measured, as the tables of docs/CORRELATION.md.</summary>
internal static class MarkdownReport
{
    private const string Begin = "<!-- measured -->";
    private const string End = "<!-- end of measured -->";

    /// <summary>The figures that others are compared by.</summary>
    private static readonly string[] Compared =
    [
        "pairwise F1", "B3 F1", "B3 F1 of faults' alerts", "false merges", "false splits", "root top-1, root seen",
        "pages per true incident", "missed page-worthy incidents", "false pages a day",
    ];

    public static string Of(IReadOnlyList<Column> columns)
    {
        var text = new StringBuilder();
        var splits = columns.Select(column => column.Split).Distinct().ToList();
        Ours(text, columns, splits);
        ByFault(text, columns, splits);
        Others(text, columns, splits);
        Losses(text, columns);
        return text.ToString();
    }

    private static void Ours(StringBuilder text, IReadOnlyList<Column> columns, List<string> splits)
    {
        text.AppendLine("| | " + string.Join(" | ", splits) + " |");
        text.AppendLine("|---|" + string.Concat(splits.Select(_ => "---|")));
        text.AppendLine(
            "| cases | " + string.Join(" | ", splits.Select(split => Text(Column(columns, split).Cases.Count))) + " |");
        foreach (var figure in Figure.All)
        {
            var cells = splits.Select(split => Cell(figure, split, Column(columns, split).Cases));
            text.AppendLine($"| {figure.Name} | {string.Join(" | ", cells)} |");
        }

        text.AppendLine();
    }

    private static string Cell(Figure figure, string split, IReadOnlyList<CaseScore> cases)
    {
        var interval = Bootstrap.Of(cases, figure.Of);
        if (double.IsNaN(interval.Value))
        {
            return "-";
        }

        var target = Target.Of(figure.Name);
        var bound = target?.BySplit.TryGetValue(split, out var value) ?? false
            ? $"; target {(target!.AtMost ? "≤" : "≥")} {Text(figure, value)}"
            : "";
        var shown = Text(figure, interval.Value);
        return $"{(target?.Met(split, interval.Value) ?? true ? shown : $"**{shown}**")} " +
            $"[{Text(figure, interval.Low)}, {Text(figure, interval.High)}]{bound}";
    }

    private static void ByFault(StringBuilder text, IReadOnlyList<Column> columns, List<string> splits)
    {
        text.AppendLine("| fault | incidents | merged | split | root right | pages | missed |");
        text.AppendLine("|---|---|---|---|---|---|---|");
        var faults = splits.Where(split => split != "benign").SelectMany(split => Column(columns, split).Cases)
            .SelectMany(score => score.Faults).ToLookup(fault => fault.Type, StringComparer.Ordinal);
        foreach (var type in FaultLibrary.All.Where(type => faults.Contains(type.Id)))
        {
            var of = faults[type.Id].ToList();
            var worthy = of.Where(fault => fault.PageWorthy).ToList();
            string[] cells =
            [
                $"{type.Id} {type.Title}",
                Text(of.Count),
                Share(of, fault => fault.Merged),
                Share(of, fault => fault.Split),
                Share(of.Where(fault => fault.Alerts > 1), fault => fault.Top1),
                worthy.Count == 0 ? "-" : Text(worthy.Average(fault => fault.Pages), "0.00"),
                Share(worthy, fault => fault.Pages == 0),
            ];
            text.AppendLine($"| {string.Join(" | ", cells)} |");
        }

        text.AppendLine();
    }

    private static void Others(StringBuilder text, IReadOnlyList<Column> columns, List<string> splits)
    {
        if (columns.Count == splits.Count)
        {
            return;
        }

        foreach (var split in splits)
        {
            text.AppendLine($"**{split}**");
            text.AppendLine();
            text.AppendLine("| | " + string.Join(" | ", Compared) + " |");
            text.AppendLine("|---|" + string.Concat(Compared.Select(_ => "---|")));
            foreach (var column in columns.Where(column => column.Split == split))
            {
                var cells = Compared.Select(name => Figure.All.First(figure => figure.Name == name))
                    .Select(figure => (Figure: figure, Value: figure.Of(column.Cases)))
                    .Select(cell => double.IsNaN(cell.Value) ? "-" : Text(cell.Figure, cell.Value));
                var settings = column.Settings.Length is 0 or 4 ? "" : $" ({column.Settings})";
                text.AppendLine($"| {column.Who}{settings} | {string.Join(" | ", cells)} |");
            }

            text.AppendLine();
        }
    }

    private static void Losses(StringBuilder text, IReadOnlyList<Column> columns)
    {
        text.AppendLine("Where we lose:");
        text.AppendLine();
        foreach (var column in columns.Where(column => column.Who == Measured.Ours))
        {
            foreach (var figure in Figure.All)
            {
                var value = figure.Of(column.Cases);
                if (Target.Of(figure.Name) is { } target && !double.IsNaN(value) && !target.Met(column.Split, value))
                {
                    var bound = Text(figure, target.BySplit[column.Split]);
                    text.AppendLine($"- {column.Split}: {figure.Name} is {Text(figure, value)}, the target {bound}.");
                }
            }

            foreach (var other in columns.Where(other => other.Split == column.Split && other.Who.StartsWith('B')))
            {
                foreach (var figure in new[] { Figure.PairF1, Figure.BCubedF1 }.Where(f => f.Of(other.Cases) > f.Of(column.Cases)))
                {
                    var (theirs, ours) = (Text(figure, figure.Of(other.Cases)), Text(figure, figure.Of(column.Cases)));
                    text.AppendLine(
                        $"- {column.Split}: {other.Who} has a better {figure.Name}: {theirs} to ours of {ours}.");
                }
            }

            if (Worst(column) is { } worst)
            {
                text.AppendLine($"- {column.Split}: the worst fault is {worst}.");
            }
        }
    }

    /// <summary>The type of which most incidents are merged, split, missed or blamed on something else.</summary>
    private static string? Worst(Column column)
    {
        var byType = column.Cases.SelectMany(score => score.Faults).GroupBy(fault => fault.Type)
            .Select(group => (Type: group.Key, Wrong: group.Average(IsWrong), Of: group.Count()))
            .OrderByDescending(type => type.Wrong).ThenByDescending(type => type.Of)
            .ToList();
        if (byType.Count == 0 || byType[0].Wrong == 0)
        {
            return null;
        }

        var (type, wrong, of) = byType[0];
        return $"{type} ({FaultLibrary.Of(type).Title}): of {Text(of)} {Text(wrong, "P0")} are merged, split or wrongly blamed";
    }

    private static double IsWrong(FaultScore fault) => fault.Merged || fault.Split || !fault.Top1 ? 1 : 0;

    private static Column Column(IReadOnlyList<Column> columns, string split) =>
        columns.First(column => column.Split == split && column.Who == Measured.Ours);

    private static string Share<T>(IEnumerable<T> of, Func<T, bool> which)
    {
        var all = of.ToList();
        return all.Count == 0 ? "-" : Text((double)all.Count(which) / all.Count, "P0");
    }

    private static string Text(Figure figure, double value) =>
        double.IsNaN(value) ? "-" : Text(value, figure.Percent ? "P1" : Math.Abs(value) >= 10 ? "0" : "0.000");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The document with these tables in place of those between its marks.</summary>
    /// <exception cref="InvalidOperationException">It has no marks.</exception>
    public static string Replace(string document, string tables)
    {
        var (from, to) = (document.IndexOf(Begin, StringComparison.Ordinal), document.IndexOf(End, StringComparison.Ordinal));
        return from >= 0 && to > from
            ? $"{document[..from]}{Begin}\n{tables}{document[to..]}"
            : throw new InvalidOperationException(
                $"The document needs the lines '{Begin}' and '{End}', between which tables go.");
    }

    /// <summary>The header of a report: how to make it again.</summary>
    public static string Header(CascadeOptions options, SeedSet set, IReadOnlyList<Column> columns) => string.Create(
        CultureInfo.InvariantCulture,
        $"{set} seeds {options.FirstSeed} to {options.FirstSeed + options.Cases - 1}, {Storms(options, columns)}generator version {CascadeCase.Generator}");

    private static string Storms(CascadeOptions options, IReadOnlyList<Column> columns) =>
        columns.FirstOrDefault(column => column.Split == Split.Storm.Name) is { } storms && storms.Cases.Count < options.Cases
            ? string.Create(CultureInfo.InvariantCulture, $"storms to {storms.Cases[^1].Seed}, ")
            : "";
}
