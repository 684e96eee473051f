using Correlation.Grains.Alerts;
using Correlation.Grains.Lineage;
using Correlation.Grains.Model;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Outcome = Correlation.Grains.Model.Outcome;

namespace Correlation.Grains.Tests.Lineage;

public sealed class JobTests
{
    private const string Train = "job:airflow/train";

    private static readonly DateTimeOffset Start = Given.Start;

    private JobState? _state;

    [Fact]
    public void A_failed_run_is_an_alert_of_the_job_with_its_error_and_a_later_good_run_closes_it()
    {
        Assert.Empty(Report("r-1", RunPhase.Start, 0));
        var failed = Assert.Single(Report("r-1", RunPhase.Fail, 5, run => run with
        {
            Error = "0 rows\nat line 7",
            Detail = "stack",
            Outputs = ["dataset:w/features"],
            Team = "ml",
            Tags = ["training"],
        }));
        Assert.Equal(
            ("lineage:job:airflow/train:failed", Train, "JobFailed - airflow/train: 0 rows", Start.AddMinutes(5)),
            (failed.Alias, failed.Entity, failed.Message, failed.StartsAt));
        Assert.Equal(
            ("JobFailed", "ml", "training"),
            (failed.Labels["alertname"], failed.Labels["team"], Assert.Single(failed.Tags)));
        Assert.Equal(("r-1", "dataset:w/features"), (failed.Texts["run"], failed.Texts["writes"]));
        Assert.Contains("stack", failed.Description, StringComparison.Ordinal);

        Assert.Empty(Report("r-2", RunPhase.Start, 10));
        var works = Assert.Single(Report("r-2", RunPhase.Complete, 15));
        Assert.Equal((failed.Alias, true, Start.AddMinutes(15)), (works.Alias, works.Resolved, works.EndsAt));
        Assert.Null(_state!.Failure);
    }

    [Fact]
    public void A_second_failure_goes_on_with_the_first()
    {
        Report("r-1", RunPhase.Fail, 0);
        Assert.Equal(Start, Assert.Single(Report("r-2", RunPhase.Fail, 60)).StartsAt);
    }

    [Fact]
    public void Who_failed_and_then_says_that_he_completed_has_failed()
    {
        Report("r-1", RunPhase.Fail, 0);
        Assert.Empty(Report("r-1", RunPhase.Complete, 1));
        Assert.NotNull(_state!.Failure);

        Report("r-2", RunPhase.Complete, 2);
        Assert.Single(Report("r-2", RunPhase.Fail, 3));
    }

    [Fact]
    public void Events_count_in_the_order_of_their_times()
    {
        Assert.Empty(Report("r-2", RunPhase.Complete, 60));
        Assert.Empty(Report("r-1", RunPhase.Fail, 5));
        Assert.Null(_state!.Failure);

        Report("r-3", RunPhase.Fail, 90);
        Assert.Empty(Report("r-0", RunPhase.Complete, 30));
        Assert.NotNull(_state.Failure);
    }

    [Fact]
    public void What_was_said_before_changes_nothing()
    {
        Report("r-1", RunPhase.Start, 0);
        Assert.Equal(Outcome.Repeat, Decide("r-1", RunPhase.Running, 1).Outcome);
        Report("r-1", RunPhase.Fail, 2);
        Assert.Equal(Outcome.Repeat, Decide("r-1", RunPhase.Fail, 2).Outcome);
        Assert.Equal(Outcome.Repeat, Decide("r-1", RunPhase.Start, 0).Outcome);
    }

    [Fact]
    public void Neither_an_abort_nor_a_try_that_will_be_repeated_is_an_alert()
    {
        Assert.Empty(Report("r-1", RunPhase.Abort, 0));
        Assert.Empty(Report("r-2", RunPhase.Fail, 1, run => run with { WillRetry = true }));
        Assert.Single(Report("r-3", RunPhase.Fail, 2));
    }

    [Fact]
    public void An_event_from_the_future_was_now()
    {
        var failed = Assert.Single(Report("r-1", RunPhase.Fail, 60 * 24 * 365, at: 0));
        Assert.Equal(Start, failed.StartsAt);
        Assert.True(Assert.Single(Report("r-2", RunPhase.Complete, 5)).Resolved);
    }

    [Fact]
    public void A_scheduled_run_that_does_not_come_is_an_alert_until_the_next_begins()
    {
        Scheduled("r-1", 0);
        Scheduled("r-2", 60);
        Assert.Empty(_state!.Timers);
        Scheduled("r-3", 120);
        var timer = Assert.Single(_state.Timers);
        Assert.Equal(GrainTimer.Absence("missed", Start.AddMinutes(122 + 60 + 15), TimeSpan.FromHours(1)), timer);

        Assert.Equal(Outcome.Repeat, Fire(timer.Due.AddSeconds(-1)).Outcome);
        var missed = SignalsOf(Fire(timer.Due)).Single();
        Assert.Equal(
            ("lineage:job:airflow/train:missing", "JobMissing", timer.Due),
            (missed.Alias, missed.Labels["alertname"], missed.StartsAt));
        Assert.Contains(
            "no run since 2026-01-05T12:02:00Z, one every 1h was usual", missed.Message, StringComparison.Ordinal);
        Assert.Empty(_state!.Timers);

        var came = Assert.Single(
            Report("r-4", RunPhase.Start, 240, run => run with { NominalStart = Start.AddMinutes(180) }));
        Assert.Equal((missed.Alias, true), (came.Alias, came.Resolved));
        Assert.Single(_state.Timers);
    }

    [Fact]
    public void The_longest_pause_of_the_latest_runs_is_waited_for()
    {
        foreach (var (run, day) in new[] { ("thu", 0), ("fri", 1), ("mon", 4), ("tue", 5), ("wed", 6) })
        {
            Scheduled(run, day * 1440);
        }

        Assert.Equal(Start.AddMinutes((6 * 1440) + 2 + (3 * 1440) + 15), Assert.Single(_state!.Timers).Due);
    }

    [Fact]
    public void A_job_without_a_schedule_is_not_missed()
    {
        for (var n = 0; n < 5; n++)
        {
            Report($"r-{n}", RunPhase.Start, n * 60);
        }

        Assert.Empty(_state!.Timers);
    }

    [Fact]
    public void What_is_remembered_of_starts_without_an_end_is_bounded()
    {
        for (var n = 0; n < 1_000; n++)
        {
            Report($"open-{n}", RunPhase.Start, n);
            Report($"ended-{n}", RunPhase.Complete, n);
        }

        Assert.Equal((16, 32), (_state!.Open.Count, _state.Ended.Count));
    }

    /// <summary>Every event twice, in any order: the job ends as its last run by their own times did.</summary>
    [Fact]
    public void Any_order_and_any_repetition_ends_the_same() => Prop.ForAll(
        (from phases in Gen.ListOf(Gen.Elements(RunPhase.Complete, RunPhase.Fail, RunPhase.Abort), 6)
         let events = phases.SelectMany((phase, n) => new[] { (Run: n, Phase: RunPhase.Start), (Run: n, Phase: phase) })
         from order in Gen.Shuffle(events.Concat(events))
         select (Phases: phases.ToList(), Order: order.ToList())).ToArbitrary(),
        story =>
        {
            var (job, open) = (new JobTests(), false);
            foreach (var (run, phase) in story.Order)
            {
                foreach (var signal in job.Report($"r-{run}", phase, (run * 10) + (phase == RunPhase.Start ? 0 : 5), at: 1_000))
                {
                    open = !signal.Resolved;
                }
            }

            var decisive = story.Phases.LastOrDefault(phase => phase != RunPhase.Abort);
            Assert.Equal(decisive == RunPhase.Fail, job._state!.Failure is not null);
            Assert.Equal(decisive == RunPhase.Fail, open);
        }).QuickCheckThrowOnFailure();

    private void Scheduled(string run, double minutes) =>
        Report(run, RunPhase.Start, minutes + 2, report => report with { NominalStart = Start.AddMinutes(minutes) });

    private List<Signal> Report(
        string run, RunPhase phase, double minutes, Func<RunReport, RunReport>? with = null, double? at = null) =>
        SignalsOf(Decide(run, phase, minutes, with, at));

    private Decision<JobState> Decide(
        string run, RunPhase phase, double minutes, Func<RunReport, RunReport>? with = null, double? at = null)
    {
        var report = new RunReport(run, phase, Start.AddMinutes(minutes));
        return Keep(
            Job.Decide(
                _state,
                new JobCommand.Report(with is null ? report : with(report)),
                Train,
                Given.Small,
                Start.AddMinutes(at ?? minutes)));
    }

    private Decision<JobState> Fire(DateTimeOffset at) =>
        Keep(Job.Decide(_state, new JobCommand.TimerFired("missed", at), Train, Given.Small, at));

    private Decision<JobState> Keep(Decision<JobState> decision)
    {
        _state = decision.State ?? _state;
        return decision;
    }

    private static List<Signal> SignalsOf(Decision<JobState> decision) =>
        [.. decision.Messages.Select(message => ((AlertCommand.Receive)message.Command).Signal)];
}
