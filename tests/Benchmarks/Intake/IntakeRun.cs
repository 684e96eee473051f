using System.Globalization;
using Correlation.Silo.Shards;

namespace Correlation.Benchmarks.Intake;

/// <summary>The whole run: each scenario on freshly started servers, with the table written row by row.</summary>
internal static class IntakeRun
{
    public static async Task RunAsync(IntakeOptions options, CancellationToken token)
    {
        await Console.Out.WriteLineAsync($"{await Machine.DescribeAsync()} {Length(options)}\n");
        await Console.Out.WriteLineAsync(ResultTable.Head);
        var progress = new Progress(options);
        var others = new List<double>();
        foreach (var scenario in options.Scenarios)
        {
            await using var run = new ScenarioRun(scenario, options, progress);
            var results = await run.RunAsync(token);
            others.AddRange(results.SelectMany(result => result.Slices).Select(slice => slice.OthersCpuShare));
            foreach (var row in ResultTable.Rows(scenario, results))
            {
                await Console.Out.WriteLineAsync(row);
            }
        }

        var (median, _, max) = Spread.Of(others);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"\nOther programs used {median:0%} of the processors in the median slice and {max:0%} in the worst; " +
            $"fdatasync at the end {Machine.SyncMicroseconds():0} microseconds."));
    }

    private static string Length(IntakeOptions options)
    {
        var round = new ShardOptions().CheckpointEvery.TotalSeconds;
        var rounds = options.MeasuredSeconds / round;
        var enough = rounds > 2 ? "" : ", which is too short to be quoted";
        return string.Create(CultureInfo.InvariantCulture,
            $"Each server is measured for {options.MeasuredSeconds:0} s per scenario, in {options.Pairs} slices of " +
            $"{options.SliceSeconds:0.#} s: {rounds:0.0} checkpoint rounds of {round:0} s{enough}.");
    }
}
