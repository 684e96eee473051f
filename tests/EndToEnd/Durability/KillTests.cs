using System.Diagnostics;
using Correlation.TestKit.Processes;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.Durability;

/// <summary>
/// The process is killed again and again while hundreds of requests wait for it. What was answered is there, what was
/// due is delivered, and nothing happens twice that a crash does not explain.
/// </summary>
public abstract class KillTests(ITestOutputHelper output)
{
    private const int Kills = 20;
    private const int MostKills = 30;
    private const int InFlight = 100;
    private const int Clients = 200;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);

    private readonly List<Outage> _outages = [];

    /// <summary>A fresh database; null for the embedded one.</summary>
    protected abstract Task<string?> DatabaseAsync();

    [Fact]
    public async Task What_was_answered_survives_twenty_kills_under_load_and_every_step_is_delivered()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var sink = await WebhookSink.StartNewAsync();
        using var ladder = new ShortLadder(sink.Url, steps: 4, TimeSpan.FromSeconds(2));
        await using var silo = await SiloProcess.StartNewAsync(
            new SiloSettings { Configuration = ladder.Folder, Database = await DatabaseAsync() });
        using var senders = new Senders(silo, Clients, random);
        var pages = new Pages(sink, ladder);

        var kills = 0;
        for (var round = 1; kills < Kills; round++)
        {
            Assert.True(round <= MostKills, $"Only {kills} of {round - 1} kills met {InFlight} requests in flight.");
            var sending = senders.BeginRound();
            var enough = random.Next(20, 500);
            await Poll.UntilAsync(
                () => senders.Answered >= enough && senders.Waiting >= InFlight,
                Deadline,
                () => $"{enough} requests are answered (were {senders.Answered}) and {InFlight} wait. {silo.Program.LogTail}");
            await KillAndStartAsync(silo, senders, random);
            await sending;
            var lost = await senders.SettleAsync();
            kills += lost >= InFlight ? 1 : 0;
            output.WriteLine($"kill {round}: {senders.Answered} answered, {lost} in flight");
        }

        await senders.SettleAllAsync();
        var entities = senders.Aliases.Where(alias => alias.IsStored).Select(alias => alias.Entity).ToHashSet();
        await pages.UntilAllStepsAsync(entities, Deadline);
        Assert.Empty(pages.Surplus(_outages));
        AssertOnTime([.. pages.Times(_outages)]);
    }

    /// <summary>
    /// Some starts are killed as well, somewhere on their way: such a process may have paged already, so its kill is
    /// one of its own.
    /// </summary>
    private async Task KillAndStartAsync(SiloProcess silo, Senders senders, Random random)
    {
        List<(DateTimeOffset Killed, DateTimeOffset Launched)> starts = [];
        var killed = Now;

        // Whoever sends nothing more and gets no answer was waiting when the process died.
        senders.EndRound();
        await silo.KillAsync();
        starts.Add((killed, Now));
        if (random.Next(4) == 0)
        {
            await silo.LaunchAsync();
            var halfWay = Stopwatch.StartNew();
            var after = random.Next(200, 1000);
            await Poll.UntilAsync(() => halfWay.ElapsedMilliseconds >= after, Deadline, () => "time passes");
            killed = Now;
            await silo.KillAsync();
            starts.Add((killed, Now));
        }

        await silo.StartAsync();
        var ready = Now;
        _outages.AddRange(starts.Select(start => new Outage(start.Killed, start.Launched, ready)));
    }

    private void AssertOnTime(List<StepTime> times)
    {
        var overdue = times.Where(time => time.DueInOutage).ToList();
        output.WriteLine(
            $"{times.Count} steps, {overdue.Count} came due in an outage; the latest waited {times.Max(time => time.Waited)}");
        Assert.NotEmpty(overdue);
        Assert.DoesNotContain(times, time => time.Late < TimeSpan.Zero);
        Assert.DoesNotContain(times, time => time.Waited > AtOnce);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
}

public sealed class SqliteKillTests(ITestOutputHelper output) : KillTests(output)
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

public sealed class PostgresKillTests(ITestOutputHelper output) : KillTests(output)
{
    protected override async Task<string?> DatabaseAsync() =>
        await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
}
