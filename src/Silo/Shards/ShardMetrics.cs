using System.Diagnostics.Metrics;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Shards;

/// <summary>What the loop tells the outside about itself.</summary>
public sealed partial class ShardMetrics(Meter meter, ILogger<Shard> logger)
{
    private static readonly TimeSpan SlowTurn = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SlowTurnLoggedEvery = TimeSpan.FromMinutes(1);

    private readonly Counter<long> _intake = meter.CreateCounter<long>(
        "correlation_intake_commands_total", description: "Commands of senders taken into a turn.");

    private readonly Counter<long> _refused = meter.CreateCounter<long>(
        "correlation_intake_refusal_spells_total", description: "Turns before which intake was refused with 503.");

    private readonly Counter<long> _abandoned = meter.CreateCounter<long>(
        "correlation_abandoned_commands_total",
        description: "Commands dropped undecided: their senders had gone while they waited.");

    private readonly Counter<long> _decisions = meter.CreateCounter<long>(
        "correlation_decisions_total", description: "Decisions by command and outcome.");

    private readonly Counter<long> _poison = meter.CreateCounter<long>(
        "correlation_poison_total", description: "Commands whose deciding threw; kept in the log.");

    private readonly Counter<long> _takenApart = meter.CreateCounter<long>(
        "correlation_turns_taken_apart_total", description: "Turns that could not be written for what was in them.");

    private readonly Counter<long> _unreadable = meter.CreateCounter<long>(
        "correlation_unreadable_rows_total", description: "Loads of a stored state that this release cannot read.");

    private readonly Counter<long> _commitFailures = meter.CreateCounter<long>(
        "correlation_commit_failures_total", description: "Commits that surely wrote nothing.");

    private readonly Counter<long> _pruneFailures = meter.CreateCounter<long>(
        "correlation_prune_failures_total",
        description: "Slices of old rows that could not be removed; tried again each minute.");

    private readonly Histogram<double> _commitSeconds = meter.CreateHistogram<double>(
        "correlation_commit_seconds", "s", "Time of one commit, durable.");

    private readonly Histogram<long> _commitCommands = meter.CreateHistogram<long>(
        "correlation_commit_commands", description: "Commands decided per commit.");

    private readonly Histogram<double> _timerLate = meter.CreateHistogram<double>(
        "correlation_timer_late_seconds", "s", "How late timers fired.");

    private readonly Gauge<long> _lag = meter.CreateGauge<long>(
        "correlation_log_lag_turns", description: "Turns that recovery would have to fold.");

    private readonly Gauge<long> _dirty = meter.CreateGauge<long>(
        "correlation_dirty_grains", description: "Grains whose row waits for the checkpoint.");

    private readonly Gauge<long> _inMemory = meter.CreateGauge<long>(
        "correlation_grains_in_memory", description: "Grains in memory.");

    private readonly Gauge<long> _resting = meter.CreateGauge<long>(
        "correlation_grains_resting", description: "Open alerts of which only what their repeats need is in memory.");

    private readonly Gauge<long> _messages = meter.CreateGauge<long>(
        "correlation_messages_waiting", description: "Messages between grains not yet decided.");

    private DateTimeOffset _slowTurnLoggedAt;

    /// <summary>
    /// Asked at each scrape and not told after each turn: a loop that hangs in a commit shows as well.
    /// </summary>
    public void Watch(ShardInbox inbox)
    {
        meter.CreateObservableGauge(
            "correlation_intake_queue_depth", () => inbox.Depth,
            description: "Commands of senders waiting for a turn.");
        meter.CreateObservableCounter(
            "correlation_refused_commands_total",
            () => inbox.Refused,
            description: "Commands refused with 503: queue full, disk full or stopping.");
    }

    public void Intake(int commands)
    {
        if (commands > 0)
        {
            _intake.Add(commands);
        }
    }

    public void Abandoned(int commands) => _abandoned.Add(commands);

    public void Refused() => _refused.Add(1);

    public void Decided(Command command, Outcome outcome) => _decisions.Add(
        1, new("command", CommandFamilies.NameOf(command)), new("outcome", OutcomeName(outcome)));

    public void Poison(GrainId grain, Command command, Exception error)
    {
        _poison.Add(1);
        LogPoison(grain.ToString(), CommandFamilies.NameOf(command), error);
    }

    public void Unreadable(GrainId grain, Exception error)
    {
        _unreadable.Add(1);
        LogUnreadable(grain.ToString(), error);
    }

    public void TakenApart(Exception error)
    {
        _takenApart.Add(1);
        LogTakenApart(error);
    }

    public void LeftOut(GrainId grain, Exception error) => LogLeftOut(grain.ToString(), error);

    public void CommitFailed() => _commitFailures.Add(1);

    public void IntakeRefused(string why) => LogIntakeRefused(why);

    /// <param name="first">Of a spell, which is logged once.</param>
    public void PruneFailed(Exception error, bool first)
    {
        _pruneFailures.Add(1);
        if (first)
        {
            LogPruneFailed(error);
        }
    }

    public void Commit(TimeSpan took, int commands)
    {
        _commitSeconds.Record(took.TotalSeconds);
        _commitCommands.Record(commands);
    }

    /// <summary>Nothing is answered while a turn lasts, so that a long one is logged, once a minute at most.</summary>
    public void Turn(DateTimeOffset now, TimeSpan took, TimeSpan commit, int commands)
    {
        if (took >= SlowTurn && now - _slowTurnLoggedAt >= SlowTurnLoggedEvery)
        {
            _slowTurnLoggedAt = now;
            LogSlowTurn(commands, took.TotalSeconds, commit.TotalSeconds);
        }
    }

    public void TimerFired(TimeSpan late) => _timerLate.Record(late.TotalSeconds);

    public void State(long lag, int dirty, int inMemory, int resting, int messages)
    {
        _lag.Record(lag);
        _dirty.Record(dirty);
        _inMemory.Record(inMemory);
        _resting.Record(resting);
        _messages.Record(messages);
    }

    private static string OutcomeName(Outcome outcome) => outcome switch
    {
        Outcome.Material => "material",
        Outcome.Repeat => "repeat",
        Outcome.Refused => "refused",
        _ => "poison",
    };

    [LoggerMessage(LogLevel.Warning,
        "A turn of {Commands} commands took {Seconds:0.0} s, {Commit:0.0} s of it the commit, and all requests waited: " +
        "the store or the machine was slow, or stood still")]
    private partial void LogSlowTurn(int commands, double seconds, double commit);

    [LoggerMessage(
        LogLevel.Error, "Deciding {Command} for {Grain} threw; the command is kept as poison and undone alone")]
    private partial void LogPoison(string grain, string command, Exception error);

    [LoggerMessage(
        LogLevel.Error,
        "A turn cannot be written for what is in it: each part of it is tried alone, and what fails alone is poison")]
    private partial void LogTakenApart(Exception error);

    [LoggerMessage(LogLevel.Error, "What is stored for {Grain} cannot be read, and waits for a release that can")]
    private partial void LogUnreadable(string grain, Exception error);

    [LoggerMessage(LogLevel.Error, "{Why}")]
    private partial void LogIntakeRefused(string why);

    [LoggerMessage(
        LogLevel.Error, "Old rows cannot be removed, and the store grows until they can: tried again each minute")]
    private partial void LogPruneFailed(Exception error);

    [LoggerMessage(LogLevel.Error, "The counts of {Grain} cannot be written: the checkpoint goes on without it")]
    private partial void LogLeftOut(string grain, Exception error);
}
