using System.Diagnostics.Metrics;
using Correlation.Grains;
using Correlation.Grains.Policy;
using Correlation.Silo.Shards;
using Correlation.Simulation.Senders;
using Correlation.TestKit.Memory;

namespace Correlation.Simulation.Engine;

/// <summary>
/// A whole site under one seed: the service over its disk, the senders and the receivers around it, what goes wrong.
/// After the stormy part the faults and the senders stop and the service has time to do all that is due.
/// </summary>
internal sealed class World : IDisposable
{
    private static readonly TimeSpan Stormy = TimeSpan.FromMinutes(11);
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(12);

    /// <summary>Some ten times what a run needs.</summary>
    private const int MostEvents = 300_000;

    private readonly Meter _meter = new("simulation");
    private readonly List<SimulatedProcess> _left = [];
    private int _processes;
    private int _crashes;
    private int _edition;

    /// <param name="memoryRound">Of <see cref="ShardOptions.MemoryRound"/>; null: as the seed says.</param>
    public World(int seed, Fault? only = null, Site? site = null, TimeSpan? memoryRound = null)
    {
        Agenda = new Agenda(seed);
        Faults = new Faults(Agenda, seed, only);
        Site = site ?? Town.Site;
        Configuration = Site.Edition(0);
        Options = new ShardOptions
        {
            GrainsInMemory = Faults.Has(Fault.SmallCache) ? 100 : 100_000,
            IntakePerTurn = 40,
            MemoryRound = memoryRound ?? TimeSpan.FromSeconds(seed % 4 == 3 ? 5 : 15),
            AlertsRestAfter = TimeSpan.FromSeconds((seed % 4) switch { 0 => 15, 1 => 1, _ => 0.1 }),
            FollowedPerTurn = (seed % 3) switch { 0 => 0, 1 => 5, _ => 2048 },
            IntakeQueue = Faults.Has(Fault.SmallQueue) ? 4 : 100_000,
            CheckpointEvery = Agenda.Between(20, 200),
            CheckpointSpread = Agenda.Between(0.1, 1),
            ReconsiderPerTurn = Agenda.Chance(0.3) ? 5 : 500,

            // An idle hour would be 1,800 turns.
            IdleTurnEvery = TimeSpan.FromSeconds(30),
        };
        Network = new Network(this);
        Rehearsal = new Rehearsal(this, _meter);
    }

    public Site Site { get; }

    public Agenda Agenda { get; }

    public Faults Faults { get; }

    public Record Record { get; } = new();

    public MemoryDisk Disk { get; init; } = new();

    /// <summary>What tests of the test replace by one with a deliberate mistake.</summary>
    public Decider Decider { get; init; } = GrainTypes.Decide;

    /// <summary>From the end of a process to the start of the next, for stories; null: as it comes.</summary>
    public TimeSpan? TakeoverAfter { get; init; }

    /// <summary>Processes stand still too, are taken over from, and go on: two are alive at once.</summary>
    public bool Stalls { get; init; }

    public PolicyVersion Configuration { get; private set; }

    public ShardOptions Options { get; }

    public Network Network { get; }

    public Rehearsal Rehearsal { get; }

    public SimulatedProcess? Process { get; private set; }

    public bool SendersGoOn { get; private set; } = true;

    /// <summary>The whole run.</summary>
    public Record Run()
    {
        StartProcess();
        PlanSenders();
        PlanFaults();
        RunUntil(Agenda.Start + Stormy);
        Faults.IsOver = true;
        SendersGoOn = false;
        Record.FaultsOverAt = Agenda.Now;
        RunUntil(Agenda.Now + Quiet);
        Finish();
        return Record;
    }

    public void RunUntil(DateTimeOffset until)
    {
        for (var events = 0; Agenda.RunOne(until); events++)
        {
            if (events > MostEvents)
            {
                throw new InvalidOperationException(
                    $"The service goes round in a circle: {MostEvents} events by {Agenda.Now:O}.");
            }
        }
    }

    public void StartProcess()
    {
        if (Process is { IsDead: false } left)
        {
            _left.Add(left);
        }
        else
        {
            Process?.Dispose();
        }

        var wall = Faults.Has(Fault.WallSteps) ? Agenda.Between(-60, 60) : TimeSpan.Zero;
        Process = new SimulatedProcess(this, ++_processes, _meter, wall);
        Record.Recoveries.Add(Rehearsal.Recover());
        Process.Start();
        Record.Lives.Add(new Life(_processes, Agenda.Now, Process.Shard.Folded, Disk.Journal.Count));
        if (!Faults.IsOver && TakeoverAfter is null && Agenda.Chance(0.1))
        {
            Faults.ArmCrash();
        }
    }

    /// <summary>The process is gone, and with it what was not synced.</summary>
    public void Crash()
    {
        if (Process is null or { IsDead: true })
        {
            return;
        }

        _crashes++;
        Process.Kill();
        Disk.EndHolder();
        Agenda.In(
            TakeoverAfter ?? (Agenda.Chance(0.8) ? Agenda.Between(0.2, 10) : Agenda.Between(10, 50)), StartProcess);
    }

    /// <summary>
    /// The process stands still. After three seconds another takes over, unless it has gone on by then.
    /// </summary>
    public void Stall()
    {
        if (Process is not { IsDead: false, IsFrozen: false } process)
        {
            return;
        }

        process.Freeze();
        Agenda.In(Agenda.Between(3, 6), () =>
        {
            if (process is { IsDead: false, IsFrozen: true })
            {
                Disk.EndHolder();
                StartProcess();
            }
        });
        Agenda.In(Agenda.Chance(0.2) ? Agenda.Between(0.1, 3) : Agenda.Between(3, 40), process.Thaw);
    }

    public void Dispose()
    {
        _left.ForEach(process => process.Dispose());
        Process?.Dispose();
        _meter.Dispose();
    }

    private void Finish()
    {
        Record.EndedAt = Agenda.Now;
        var states = Process!.Read([.. Disk.Tables.Grains.Ids]);
        Record.AtTheEnd = new Recovered(Disk.Journal.Count, 0, states);
        Process.Kill();
        Disk.EndHolder();
        Record.Recoveries.Add(Rehearsal.Recover());
        Record.Journal = Disk.Journal;
    }

    private void PlanSenders()
    {
        for (var source = 0; source < 3; source++)
        {
            _ = new ResendingSource(this, source, aliases: 10);
            _ = new CreatingSource(this, source, aliases: 10);
        }

        for (var beat = 0; beat < 3; beat++)
        {
            _ = new Heartbeats(this, "beat-" + beat);
        }

        _ = new People(this);
        _ = new Silencers(this);
        if (Site.HasRota)
        {
            _ = new StandIns(this);
            _ = new PagedPeople(this);
        }

        if (Faults.Has(Fault.PolicyChanges))
        {
            Agenda.Every(TimeSpan.FromMinutes(3), Publish);
        }
    }

    private bool Publish()
    {
        Configuration = Site.Edition(++_edition);
        if (Process is { IsDead: false } process)
        {
            var published = process.Publish(Configuration);
            Agenda.In(TimeSpan.FromSeconds(5), () =>
            {
                if (published.IsCompletedSuccessfully)
                {
                    Record.Editions.Add(published.Result);
                }
            });
        }

        return SendersGoOn;
    }

    private void PlanFaults()
    {
        if (Agenda.Chance(0.5))
        {
            Faults.ThrowsFrom = Agenda.Start;
        }
        else
        {
            Agenda.In(Agenda.Between(200, 600), () => Faults.ThrowsFrom = Agenda.Now);
        }

        // One in each part of the storm, so that none falls into the pause after another.
        var crashes = Agenda.Dice.Next(4, 7);
        var part = Stormy.TotalSeconds / crashes;
        for (var crash = 0; crash < crashes; crash++)
        {
            Agenda.In(Agenda.Between((crash * part) + 20, (crash * part) + (part / 2)), PlanCrash);
        }

        if (Stalls)
        {
            Agenda.Every(TimeSpan.FromMinutes(1.5), () =>
            {
                if (!Faults.IsOver)
                {
                    PlanStall();
                }

                return !Faults.IsOver;
            });
        }

        Repeat(Fault.UnknownCommits, TimeSpan.FromMinutes(2), Faults.ArmUnknown);
        Repeat(Fault.FailedCommits, TimeSpan.FromMinutes(2.5), () => Faults.FailFor(Agenda.Between(0.5, 15)));
    }

    private void Repeat(Fault fault, TimeSpan about, Action what)
    {
        if (Faults.Has(fault))
        {
            Agenda.Every(about, () =>
            {
                if (Faults.IsOver)
                {
                    return false;
                }

                what();
                return true;
            });
        }
    }

    /// <summary>Between two turns, or in the middle of the next commit that fits.</summary>
    private void PlanStall()
    {
        if (Agenda.Chance(0.3))
        {
            Stall();
        }
        else
        {
            Faults.ArmStall();
        }
    }

    /// <summary>In the middle of a commit when one fits soon, else between two turns.</summary>
    private void PlanCrash()
    {
        if (Agenda.Chance(0.3))
        {
            Crash();
            return;
        }

        var before = _crashes;
        Faults.ArmCrash();
        Agenda.In(TimeSpan.FromSeconds(20), () =>
        {
            if (_crashes == before && !Faults.IsOver)
            {
                Crash();
            }
        });
    }
}
