using System.Globalization;
using Correlation.Grains.Model;
using Spectre.Console;

namespace Correlation.Silo.Commands.Replay;

/// <summary>The report for people: totals first, then what changed, the first few of each; the JSON has all.</summary>
internal static class ReplayText
{
    private const int Shown = 20;

    public static void Write(ReplayReport report, IAnsiConsole console)
    {
        console.MarkupLineInterpolated($"[bold]Replay of {Time(report.From)} to {Time(report.To)} UTC[/]");
        console.WriteLine($"before: {report.Baseline}");
        console.WriteLine($"after:  {report.Changed}");
        console.WriteLine($"taken from the log: {Counts(report.Replayed)}");
        if (report.LeftOut.Count > 0)
        {
            console.WriteLine($"left out: {Counts(report.LeftOut)}");
        }

        console.WriteLine();
        WriteTotals(report.Difference, console);
        WriteIncidents(report.Difference, console);
        WriteCauses(report.Difference, console);
        WritePages(report.Difference, console);
        WriteFirstPages(report.Difference, console);
        if (report.Difference.IsEmpty)
        {
            console.MarkupLine("[green]Nothing would have been different.[/]");
        }

        console.WriteLine();
        WriteTrust(report, console);
    }

    private static void WriteTotals(Difference difference, IAnsiConsole console)
    {
        var (before, after) = (difference.Before, difference.After);
        var table = TableOf("", "before", "after");
        table.AddRow("incidents", Number(before.Incidents), Number(after.Incidents));
        table.AddRow("alerts in them", Number(before.Alerts), Number(after.Alerts));
        table.AddRow("incidents that paged", Number(before.Paged), Number(after.Paged));
        table.AddRow("pages", Number(before.Pages), Number(after.Pages));
        table.AddRow("time to first page, median", Seconds(before.P50Seconds), Seconds(after.P50Seconds));
        table.AddRow("time to first page, 95 %", Seconds(before.P95Seconds), Seconds(after.P95Seconds));
        foreach (var person in before.PagesByPerson.Keys.Union(after.PagesByPerson.Keys).Order(StringComparer.Ordinal))
        {
            table.AddRow(
                Markup.Escape($"pages of {person}"),
                Number(before.PagesByPerson.GetValueOrDefault(person)),
                Number(after.PagesByPerson.GetValueOrDefault(person)));
        }

        console.Write(table);
    }

    private static void WriteIncidents(Difference difference, IAnsiConsole console) => Section(
        console, "Incidents", difference.Incidents, ",opened,before,after,alerts", change =>
        [
            change.Kind,
            Time((change.Before.Count > 0 ? change.Before : change.After)[0].OpenedAt),
            Names(change.Before),
            Names(change.After),
            string.Join("\n", change.AlertsGone.Select(alias => "- " + alias)
                .Concat(change.AlertsAdded.Select(alias => "+ " + alias)).Take(5)),
        ]);

    private static void WriteCauses(Difference difference, IAnsiConsole console) => Section(
        console, "Causes", difference.Causes, "incident,before,after", change =>
        [
            Name(change.Incident), change.Before ?? "unknown", change.After ?? "unknown",
        ]);

    private static void WritePages(Difference difference, IAnsiConsole console) => Section(
        console, "Pages", difference.Pages, ",who,step,before,after,incident", change =>
        [
            change.Kind, change.Who, Number(change.Step), Time(change.Before), Time(change.After),
            Name(change.Incident),
        ]);

    private static void WriteFirstPages(Difference difference, IAnsiConsole console) => Section(
        console, "Time to first page, worst first", difference.FirstPages, "before,after,incident", change =>
        [
            Seconds(change.BeforeSeconds), Seconds(change.AfterSeconds), Name(change.Incident),
        ]);

    /// <summary>How far the first side tells what happened.</summary>
    private static void WriteTrust(ReplayReport report, IAnsiConsole console)
    {
        console.WriteLine(report.Recorded.IsEmpty
            ? "What was recorded is told again exactly by the first side."
            : $"Other than recorded, the first side has {Number(report.Recorded.Incidents.Count)} incidents, " +
                $"{Number(report.Recorded.Causes.Count)} causes and {Number(report.Recorded.Pages.Count)} pages: " +
                "what the notes say, or another release.");
        foreach (var note in report.Notes)
        {
            console.WriteLine($"- {note}");
        }

        WriteSide("before", report.BaselineRun, console);
        WriteSide("after", report.ChangedRun, console);
    }

    private static void WriteSide(string name, ReplaySide side, IAnsiConsole console)
    {
        foreach (var (what, count) in side.Refused)
        {
            console.WriteLine($"- {name}: {Number(count)} times refused what was carried out then: {what}");
        }

        foreach (var (what, count) in side.Poison)
        {
            console.WriteLine($"- {name}: deciding '{what}' threw {Number(count)} times");
        }
    }

    private static void Section<T>(
        IAnsiConsole console, string title, IReadOnlyList<T> changes, string columns, Func<T, string[]> cells)
    {
        if (changes.Count == 0)
        {
            return;
        }

        console.WriteLine();
        console.MarkupLineInterpolated($"[bold]{title}: {changes.Count}[/]");
        var table = TableOf(columns.Split(','));
        foreach (var change in changes.Take(Shown))
        {
            table.AddRow(Array.ConvertAll(cells(change), Markup.Escape));
        }

        console.Write(table);
        if (changes.Count > Shown)
        {
            console.WriteLine($"and {Number(changes.Count - Shown)} more: --json has all");
        }
    }

    private static Table TableOf(params string[] columns) => new Table().MinimalBorder().AddColumns(columns);

    private static string Names(IReadOnlyList<IncidentName> incidents) =>
        incidents.Count == 0 ? "-" : string.Join("\n", incidents.Take(5).Select(Name));

    private static string Name(IncidentName incident) =>
        $"{incident.Priority} {incident.Title} ({Number(incident.Alerts)})";

    private static string Counts(IReadOnlyDictionary<string, long> counts) =>
        counts.Count == 0 ? "nothing" : string.Join(", ", counts.Select(count => $"{Number(count.Value)} {count.Key}"));

    private static string Time(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "-";

    private static string Seconds(double? seconds) => seconds is not { } value ? "-"
        : value < 60 ? value.ToString("0.0", CultureInfo.InvariantCulture) + "s"
        : Durations.Format(TimeSpan.FromSeconds(Math.Round(value)));

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
