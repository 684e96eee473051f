using System.CommandLine;
using System.Globalization;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.OverHttp;
using Correlation.Benchmarks.Cascade.Report;

namespace Correlation.Benchmarks.Cascade;

/// <summary>Measures how well related signals become one incident with its cause, against a known truth.</summary>
internal static class CascadeCommand
{
    public static Command Create()
    {
        var split = new Option<string[]>("--split")
        {
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => ["easy", "standard", "hard", "benign", "shift"],
            Description = "which kinds of case; storm only when it is named: one is as much work as twenty others",
        };
        split.AcceptOnlyFromAmong([.. Split.All.Select(one => one.Name)]);
        var set = new Option<string>("--set") { DefaultValueFactory = _ => "dev", Description = "seeds to tune on, or those to report" };
        set.AcceptOnlyFromAmong("dev", "test");
        var seeds = new Option<string>("--seeds") { Description = "from-to, in place of the first ones of the set" };
        var cases = new Option<int>("--cases") { DefaultValueFactory = _ => 30, Description = "of each split" };
        var storms = new Option<int>("--storms") { DefaultValueFactory = _ => 12, Description = "of the split storm, at most" };
        var baselines = new Option<bool>("--baselines") { Description = "also B0 to B7, the oracle, and this service with the true lineage" };
        var full = new Option<bool>("--full") { Description = "every split, storms too, with all baselines" };
        var json = new Option<string>("--json") { Description = "a file for the scores of every case" };
        var with = new Option<string[]>("--with")
        {
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
            Description = "such files of earlier runs, whose cases are reported too",
        };
        var markdown = new Option<string>("--write") { Description = "a file in which the tables between the two marks are replaced" };
        var tune = new Option<bool>("--tune") { Description = "tries every setting of every baseline on dev seeds" };
        var story = new Option<bool>("--story") { Description = "tells each case alert by alert" };
        var losses = new Option<bool>("--losses") { Description = "tells which links were wrong, and which are missing, by kind" };
        var export = new Option<string>("--export") { Description = "a folder: each case as lines of JSON, and nothing is run" };
        var scale = new Option<double?>("--http") { Description = "also over HTTP: so many seconds of the story in one" };
        var parallel = new Option<int>("--parallel") { DefaultValueFactory = _ => 4, Description = "services at a time, with --http" };
        var command = new Command("cascade", "measures correlation against a known truth, in virtual time")
        {
            split, set, seeds, cases, storms, baselines, full, json, with, markdown, tune, story, losses, export, scale,
            parallel,
        };
        command.SetAction(async (parsed, token) =>
        {
            var splits = parsed.GetValue(full) ? Split.All : [.. parsed.GetRequiredValue(split).Select(Split.Of)];
            var ofSet = parsed.GetValue(set) == "test" ? SeedSet.Test : SeedSet.Dev;
            var (first, count) = SeedsOf(parsed.GetValue(seeds), Split.FirstSeed(ofSet), parsed.GetValue(cases));
            if (parsed.GetValue(tune))
            {
                Console.Write(Tuning.Of(splits, count));
                return 0;
            }

            if (parsed.GetValue(export) is { } folder)
            {
                Export(splits, first, count, folder);
                return 0;
            }

            if (parsed.GetValue(story))
            {
                Tell(splits, first, count);
                return 0;
            }

            if (parsed.GetValue(losses))
            {
                Console.Write(CaseLosses.Of(splits, first, count));
                return 0;
            }

            if (parsed.GetValue(scale) is { } times)
            {
                await OverHttpReport.RunAsync(splits, first, count, times, parsed.GetValue(parallel), token);
                return 0;
            }

            var isFull = parsed.GetValue(full);
            var options = new CascadeOptions(
                splits, first, count, isFull ? count : parsed.GetValue(storms), parsed.GetValue(baselines) || isFull,
                Environment.ProcessorCount);
            var columns = KeptColumns.Together(
                [.. Measured.All(options, Console.WriteLine), .. parsed.GetRequiredValue(with).SelectMany(KeptColumns.Read)], options);
            var text = MarkdownReport.Header(options, ofSet, columns) + "\n\n" + MarkdownReport.Of(columns);
            Console.WriteLine();
            Console.Write(text);
            if (parsed.GetValue(markdown) is { } document)
            {
                File.WriteAllText(document, MarkdownReport.Replace(File.ReadAllText(document), text));
            }

            if (parsed.GetValue(json) is { } file)
            {
                KeptColumns.Write(file, columns);
            }

            var lost = columns.Where(column => column.Who == Measured.Ours).SelectMany(column => column.Cases)
                .Where(score => score.Lost.Count > 0).ToList();
            lost.ForEach(score =>
                Console.WriteLine($"LOST in {score.Split} {score.Seed}: {string.Join(", ", score.Lost.Take(5))}"));
            return lost.Count == 0 ? 0 : 1;
        });
        return command;
    }

    private static void Tell(IReadOnlyList<Split> splits, long first, int count)
    {
        foreach (var split in splits)
        {
            for (var i = 0; i < count; i++)
            {
                var cascade = CascadeCase.Make(split, first + i);
                Console.WriteLine(CaseStory.Of(cascade, EngineRun.Of(cascade, cascade.Observed)));
            }
        }
    }

    private static void Export(IReadOnlyList<Split> splits, long first, int count, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var split in splits)
        {
            for (var i = 0; i < count; i++)
            {
                var file = string.Create(CultureInfo.InvariantCulture, $"{split.Name}-{first + i}.jsonl");
                File.WriteAllLines(Path.Combine(folder, file), CaseLines.Of(CascadeCase.Make(split, first + i)));
            }
        }
    }

    private static (long First, int Count) SeedsOf(string? range, long first, int count)
    {
        if (range is null)
        {
            return (first, count);
        }

        var ends = range.Split('-');
        var from = long.Parse(ends[0], CultureInfo.InvariantCulture);
        return (from, (int)(long.Parse(ends[^1], CultureInfo.InvariantCulture) - from) + 1);
    }
}
