using System.Globalization;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.Simulation.Engine;
using Correlation.TestKit.Memory;
using Xunit;
using Record = Correlation.Simulation.Engine.Record;

namespace Correlation.Simulation;

/// <summary>
/// A process dies in the middle of a step and another one takes its grains over: by the real shard, dispatcher and
/// recovery, to the second of virtual time. The ladder has steps after 0, 2 and 5 minutes.
/// </summary>
public sealed class TakeoverStories
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public void Between_the_decision_and_the_delivery_the_next_process_delivers_and_the_next_step_is_at_its_time() => AssertTold(
        Run(CommitStep.Synced, Decides(2), Soon),
        """
        00:00 step 1 to ann by process 1
        02:20 step 2 to bob by process 2
        05:00 step 3 to ann by process 2
        05:00 step 3 to bob by process 2
        """);

    [Fact]
    public void Between_the_delivery_and_its_record_it_comes_once_more_under_the_same_key_and_the_next_step_is_at_its_time()
    {
        var record = Run(CommitStep.Begun, Reports(2), Soon);

        AssertTold(
            record,
            """
            00:00 step 1 to ann by process 1
            02:00 step 2 to bob by process 1
            02:20 step 2 to bob by process 2
            05:00 step 3 to ann by process 2
            05:00 step 3 to bob by process 2
            """);
        Assert.Single(
            record.Attempts.Where(attempt => attempt.Delivery.Step == 2)
                .Select(attempt => attempt.Delivery.Id)
                .Distinct());
    }

    [Fact]
    public void Between_the_record_and_its_answer_nothing_is_sent_again() => AssertTold(
        Run(CommitStep.Synced, Reports(2), Soon),
        """
        00:00 step 1 to ann by process 1
        02:00 step 2 to bob by process 1
        05:00 step 3 to ann by process 2
        05:00 step 3 to bob by process 2
        """);

    [Fact]
    public void Before_the_decision_is_on_disk_the_step_is_made_anew_and_the_next_keeps_its_distance() => AssertTold(
        Run(CommitStep.Written, Decides(2), Soon),
        """
        00:00 step 1 to ann by process 1
        02:20 step 2 to bob by process 2
        05:20 step 3 to ann by process 2
        05:20 step 3 to bob by process 2
        """);

    [Fact]
    public void After_the_next_step_was_due_what_was_decided_is_delivered_and_the_next_step_is_late()
    {
        var record = Run(CommitStep.Synced, Decides(2), TimeSpan.FromMinutes(4));

        AssertTold(
            record,
            """
            00:00 step 1 to ann by process 1
            06:00 step 2 to bob by process 2
            06:00 step 3 to ann by process 2
            06:00 step 3 to bob by process 2
            """);
        Assert.All(
            record.Attempts.Where(attempt => attempt.Delivery.Step == 3),
            attempt => Assert.Contains(", late by 60 s", attempt.Delivery.Reason, StringComparison.Ordinal));
    }

    private static Func<TurnWrite, bool> Decides(int step) =>
        write => write.Outbox.Exists(change => change is DeliveryChange.Enqueue(var page) && page.Step == step);

    private static Func<TurnWrite, bool> Reports(int step) =>
        write => write.Outbox.Exists(change => change is DeliveryChange.Finish) &&
            write.Grains.Exists(
                grain => grain.State is Grains.Incidents.IncidentState { Ladder.Next: var next } && next == step);

    /// <param name="after">Until another process has taken over.</param>
    private static Record Run(CommitStep dies, Func<TurnWrite, bool> at, TimeSpan after)
    {
        using var world = new World(1, Fault.None) { TakeoverAfter = after };
        world.StartProcess();
        world.Faults.Arm(dies, at, () => new ProcessKilledException());
        var alert = new AlertCommand.Receive(new Signal
        {
            Alias = "job",
            Message = "Job failed",
            Source = "story",
            Priority = Priority.P1,
            Labels = Labels.From([new("alertname", "JobFailed")]),
        });
        world.Network.Send([new GrainCommand(new GrainId(GrainKind.Alert, "job"), alert)], [null], CommandClass.Intake);
        world.RunUntil(Agenda.Start.AddMinutes(9));
        return world.Record;
    }

    private static void AssertTold(Record record, string expected) => Assert.Equal(
        expected,
        string.Join('\n', record.Attempts.OrderBy(attempt => attempt.At).ThenBy(attempt => attempt.Delivery.Step).ThenBy(attempt => attempt.Delivery.Who).Select(attempt => string.Create(
            CultureInfo.InvariantCulture,
            $@"{attempt.At - Agenda.Start:mm\:ss} step {attempt.Delivery.Step} to {attempt.Delivery.Who.Split('@')[0]} by process {attempt.Process}"))));
}
