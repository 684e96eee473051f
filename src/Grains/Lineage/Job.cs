using System.Diagnostics;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Lineage;

/// <summary>
/// A job by its run events. Invariants:
/// - events count in the order of their own times, whatever the order of arrival, and each once;
/// - one alert says that it fails and one that a run did not come, under an alias of the job: the next good run closes
/// them;
/// - a run that failed stays failed, also when its client says afterwards that it completed (Spark does);
/// - what it remembers is bounded.
/// </summary>
public static class Job
{
    private const int MostOpen = 16;
    private const int MostEnded = 32;
    private const int MostNominal = 8;
    private const int MostNames = 64;

    /// <summary>A schedule is known by the distance of two of its times, and one distance is none yet.</summary>
    private const int LeastNominal = 3;

    public static Decision<JobState> Decide(
        JobState? state, JobCommand command, string job, PolicyVersion policy, DateTimeOffset at) =>
        command switch
        {
            JobCommand.Report(var run) => Report(state ?? new JobState { Job = job }, run, policy, at),
            JobCommand.TimerFired => state is null ? Unchanged("Nothing is known of this job") : CheckMissed(state, at),
            _ => throw new UnreachableException($"The job {job} does not know {command}."),
        };

    private static Decision<JobState> Report(JobState state, RunReport run, PolicyVersion policy, DateTimeOffset at)
    {
        // A client's clock may be ahead: what it says of the future was now.
        var when = run.At > at ? at : run.At;
        if (state.Ended.FirstOrDefault(ended => ended.RunId == run.RunId) is { } ended)
        {
            return run.Phase == RunPhase.Fail && ended.Phase == RunPhase.Complete
                ? End(state, state, run, when, "It failed after all")
                : Unchanged($"The run has ended already: {ended.Phase}");
        }

        return run.Phase switch
        {
            RunPhase.Complete or RunPhase.Abort or RunPhase.Fail =>
                End(state, Begun(state, run, when, policy), run, when, null),
            _ when state.Open.Any(open => open.RunId == run.RunId) => Unchanged("Still running"),
            _ => Change(
                Begun(state, run, when, policy) with { Open = Latest(state.Open.Add(new OpenRun(run.RunId, when)), MostOpen, open => open.At) },
                "A run began",
                Came(state, run, when)),
        };
    }

    /// <summary>What every event of a run tells, also the only one that arrives.</summary>
    private static JobState Begun(JobState state, RunReport run, DateTimeOffset when, PolicyVersion policy)
    {
        var nominal = run.NominalStart is { } start && !state.Nominal.Contains(start)
            ? Latest(state.Nominal.Add(start), MostNominal, time => time)
            : state.Nominal;
        var isNext = run.NominalStart is not null && nominal.Count > 0 && nominal[^1] == run.NominalStart &&
            nominal != state.Nominal;
        var begun = isNext ? when : state.BegunAt;
        var interval = nominal.Count >= LeastNominal
            ? nominal.Zip(nominal.Skip(1), (one, next) => next - one).Max()
            : TimeSpan.Zero;
        var latest = when >= state.LastAt;
        var missing = state.Missing && !(latest && run.Phase != RunPhase.Abort);
        return state with
        {
            LastAt = latest ? when : state.LastAt,
            Nominal = nominal,
            BegunAt = begun,
            Interval = interval,
            MissedAt = !missing && interval > TimeSpan.Zero && begun is { } last
                ? last + interval + policy.Settings.Correlation.RunGrace
                : null,
            Missing = missing,
            Inputs = run.Inputs.Count > 0 && latest ? run.Inputs.Take(MostNames).ToValueList() : state.Inputs,
            Outputs = run.Outputs.Count > 0 && latest ? run.Outputs.Take(MostNames).ToValueList() : state.Outputs,
            Team = run.Team.Length > 0 ? run.Team : state.Team,
            Tags = run.Tags.Count > 0 ? run.Tags : state.Tags,
            Source = run.Source,
            Integration = run.Integration,
            KeyTeam = run.KeyTeam,
        };
    }

    private static Decision<JobState> End(
        JobState before, JobState state, RunReport run, DateTimeOffset when, string? note)
    {
        var ended = new EndedRun(run.RunId, run.Phase, when);
        var next = state with
        {
            Open = state.Open.Where(open => open.RunId != run.RunId).ToValueList(),
            Ended = Latest(
                state.Ended.Where(other => other.RunId != run.RunId).Append(ended), MostEnded, other => other.At),
        };
        var came = Came(before, run, when);
        var goodSince = next.Ended.LastOrDefault(other => other.Phase == RunPhase.Complete)?.At;
        return run.Phase switch
        {
            RunPhase.Fail when run.WillRetry => Change(next, "A try failed that will be repeated", came),
            RunPhase.Fail when goodSince > when => Change(next, "A late failure: a later run was good", came),
            RunPhase.Fail => Change(
                next with { Failure = state.Failure is { } worse && worse.At > when ? worse : ended },
                note ?? "The run failed",
                [.. came, Send(JobSignals.Failed(next, run, state.Failure?.At ?? when))]),
            RunPhase.Complete when state.Failure is { } failure && failure.At <= when => Change(
                next with { Failure = null }, "The run was good: the job works again",
                [.. came, Send(JobSignals.Works(next, when))]),
            _ => Change(next, run.Phase == RunPhase.Abort ? "The run was aborted" : "The run was good", came),
        };
    }

    /// <summary>A run of any kind ends the waiting for one.</summary>
    private static ValueList<Message> Came(JobState before, RunReport run, DateTimeOffset when) =>
        before.Missing && when >= before.LastAt && run.Phase != RunPhase.Abort
            ? [Send(JobSignals.Came(before, when))]
            : [];

    /// <summary>An absence timer: the engine has made sure that we listened all the while.</summary>
    private static Decision<JobState> CheckMissed(JobState state, DateTimeOffset at) =>
        state.MissedAt is { } due && due <= at
            ? Change(
                state with { MissedAt = null, Missing = true },
                "A run did not come",
                [Send(JobSignals.Missed(state, at))])
            : Unchanged("The timer was moved meanwhile");

    private static Message Send(Signal signal) =>
        new(new GrainId(GrainKind.Alert, signal.Alias), new AlertCommand.Receive(signal));

    /// <summary>The latest by their times, the earliest of them first.</summary>
    private static ValueList<T> Latest<T>(IEnumerable<T> all, int most, Func<T, DateTimeOffset> at) =>
        all.OrderBy(at).TakeLast(most).ToValueList();

    private static Decision<JobState> Unchanged(string reason) => new() { Outcome = Outcome.Repeat, Reason = reason };

    private static Decision<JobState> Change(JobState state, string reason, ValueList<Message> messages) => new()
    {
        Outcome = Outcome.Material,
        Reason = reason,
        State = state,
        Messages = messages,
    };
}
