using System.CommandLine;
using System.Globalization;
using Correlation.Benchmarks.Cascade;

namespace Correlation.Benchmarks.Spread;

/// <summary>
/// What a spread of partitions over many silos would do. Nothing is run and nothing measured: it is the model in
/// docs/SCALING.md of a cluster of several owners, which is proposed and not built.
/// </summary>
internal static class SpreadCommand
{
    private const int Rounds = 1000;
    private const int Rack = 30;

    public static Command Create()
    {
        var partitions = new Option<int>("--partitions") { DefaultValueFactory = _ => 65_536 };
        var silos = new Option<int>("--silos") { DefaultValueFactory = _ => 1_000 };
        var command = new Command("spread", "models how partitions would be spread over many silos, in some seconds") { partitions, silos };
        command.SetAction(parsed => Run(parsed.GetValue(partitions), parsed.GetValue(silos)));
        return command;
    }

    private static void Run(int partitions, int silos)
    {
        Console.WriteLine($"{partitions:N0} partitions over {silos:N0} silos, a rack has {Rack}.\n");
        Console.WriteLine("| spread | partitions of a silo: least, most | moves: one goes | one comes | a rack goes | a rack comes | a silo gains at most when a rack goes |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        Row(
            "by rank (rendezvous), from the members alone",
            partitions,
            silos,
            (_, members) => PartitionSpread.Rendezvous(partitions, members));
        Row("fair, from the members and who runs what", partitions, silos, PartitionSpread.Fair);
        Console.WriteLine("\n| takeover, s until the last partition is open | p50 | p99 | worst of 1,000 |");
        Console.WriteLine("|---|---|---|---|");
        var takeover = new Takeover(Taking: 0.042, Opening: 0.05, OpeningEach: 0.005);
        var each = partitions / silos;
        Row("one process is killed: the server sees it", dice => takeover.Of(silos, 1, each, noticed: true, dice));
        Row("one machine falls silent", dice => takeover.Of(silos, 1, each, noticed: false, dice));
        Row("a rack's processes are killed", dice => takeover.Of(silos, Rack, each, noticed: true, dice));
        Row("a rack falls silent", dice => takeover.Of(silos, Rack, each, noticed: false, dice));
    }

    private static void Row(string name, int partitions, int silos, Func<int[], int[], int[]> spread)
    {
        int[] all = [.. Enumerable.Range(0, silos)];
        var start = spread([.. Enumerable.Repeat(PartitionSpread.Nobody, partitions)], all);
        var one = spread(start, all[1..]);
        var back = spread(one, all);
        var rack = spread(start, all[Rack..]);
        var rackBack = spread(rack, all);
        var loads = Loads(start, all);
        var gains = Loads(rack, all[Rack..]).Zip(Loads(start, all[Rack..]), (after, before) => after - before);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {loads.Min()}, {loads.Max()} | {Moves(start, one)} | {Moves(one, back)} | {Moves(start, rack)} | {Moves(rack, rackBack)} | {gains.Max()} |"));
    }

    private static void Row(string name, Func<Dice, double> takes)
    {
        var dice = new Dice(1, name);
        var seconds = Enumerable.Range(0, Rounds).Select(_ => takes(dice)).Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {seconds[Rounds / 2]:0.00} | {seconds[Rounds * 99 / 100]:0.00} | {seconds[^1]:0.00} |"));
    }

    private static int[] Loads(int[] owners, int[] silos)
    {
        var loads = silos.ToDictionary(silo => silo, _ => 0);
        foreach (var owner in owners.Where(loads.ContainsKey))
        {
            loads[owner]++;
        }

        return [.. silos.Select(silo => loads[silo])];
    }

    private static int Moves(int[] before, int[] after) => before.Zip(after).Count(pair => pair.First != pair.Second);
}
