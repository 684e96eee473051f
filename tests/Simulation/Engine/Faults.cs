using System.Data.Common;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.TestKit.Memory;

namespace Correlation.Simulation.Engine;

[Flags]
internal enum Fault
{
    None = 0,
    LostReplies = 1,
    Duplicates = 2,
    Reordering = 4,
    FailedCommits = 8,
    UnknownCommits = 16,
    FailedDeliveries = 32,
    UnknownDeliveries = 64,
    ThrowingDecider = 128,
    PolicyChanges = 256,
    SmallQueue = 512,
    SmallCache = 1024,
    WallSteps = 2048,
    RefusedContent = 4096,
}

/// <summary>
/// What goes wrong. Each seed switches a random part of the faults on, so that none is hidden behind another; crashes
/// are in every run. What is armed strikes at the next commit that it fits.
/// </summary>
internal sealed class Faults
{
    private readonly Agenda _agenda;
    private readonly int _seed;
    private (CommitStep Step, Func<TurnWrite, bool> Fits, Func<Exception> What)? _armed;
    private DateTimeOffset _failsUntil;

    public Faults(Agenda agenda, int seed, Fault? only)
    {
        (_agenda, _seed) = (agenda, seed);
        foreach (var fault in Enum.GetValues<Fault>().Where(f => int.PopCount((int)f) == 1))
        {
            On |= agenda.Chance(0.6) ? fault : Fault.None;
        }

        On = only ?? On;
    }

    public Fault On { get; }

    /// <summary>Set when the faults stop.</summary>
    public bool IsOver { get; set; }

    public DateTimeOffset ThrowsFrom { get; set; } = DateTimeOffset.MaxValue;

    public bool Has(Fault fault) => !IsOver && On.HasFlag(fault);

    /// <summary>Deciding throws for one key in a hundred.</summary>
    public bool Spoils(GrainId id) =>
        _agenda.Now >= ThrowsFrom && Has(Fault.ThrowingDecider) &&
            DerivedId.Of("spoiled", id.ToString(), _seed).GetHashCode() % 100 == 0;

    /// <summary>Of one key in two hundred the store takes no state.</summary>
    private bool Refuses(GrainId id) =>
        _agenda.Now >= ThrowsFrom && Has(Fault.RefusedContent) &&
            DerivedId.Of("refused", id.ToString(), _seed).GetHashCode() % 200 == 0;

    public void ArmCrash() =>
        Arm(
            _agenda.Pick<CommitStep>([CommitStep.Begun, CommitStep.Written, CommitStep.Synced]),
            Where(),
            () => new ProcessKilledException());

    public void ArmStall() => Arm(
        _agenda.Pick<CommitStep>([CommitStep.Begun, CommitStep.Written, CommitStep.Synced]), Where(),
        () => new ProcessStalledException());

    /// <summary>At this step of the next commit that fits.</summary>
    public void Arm(CommitStep step, Func<TurnWrite, bool> fits, Func<Exception> what) => _armed = (step, fits, what);

    public void ArmUnknown() => Arm(
        _agenda.Pick<CommitStep>([CommitStep.Written, CommitStep.Synced]), Where(),
        () => new CommitUnknownException("the connection broke"));

    public void FailFor(TimeSpan time) => _failsUntil = _agenda.Now + time;

    /// <summary>Called after each step of a commit.</summary>
    public Exception? Strike(CommitStep step, TurnWrite write)
    {
        if (IsOver)
        {
            return null;
        }

        if (_armed is { } armed && armed.Step == step && armed.Fits(write))
        {
            _armed = null;
            return armed.What();
        }

        if (step == CommitStep.Begun && write.Grains.Exists(grain => !grain.TallyOnly && Refuses(grain.State.Grain)))
        {
            return new CommitFailedException("a text that cannot be stored") { ForItsContent = true };
        }

        var fails = _agenda.Now < _failsUntil && step != CommitStep.Synced && _agenda.Chance(0.4);
        return fails ? new CommitFailedException("the disk is full") : null;
    }

    private Func<TurnWrite, bool> Where() => _agenda.Dice.Next(6) switch
    {
        0 => write => write.Outbox.Count > 0,
        1 => write => write.MessagesSent.Count > 0,
        2 => write => !write.Repeats.IsEmpty,
        3 => write => write.Answers.Count > 0,
        4 => write => write.ReplayTurn is not null,
        _ => _ => true,
    };
}

/// <summary>What stops a process in the middle of a commit; when it goes on the connection has ended.</summary>
internal sealed class ProcessStalledException : DbException;

/// <summary>What ends a process in the middle of a commit. To the shard it is the store that is gone.</summary>
internal sealed class ProcessKilledException : DbException;
