using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Storage;
using Correlation.Simulation.Checkers;
using Correlation.Simulation.Engine;
using Correlation.Simulation.Senders;
using Correlation.TestKit.Memory;

namespace Correlation.Simulation;

/// <summary>
/// What a run must have gone through to prove anything. Each of these states is where a mistake was found or is likely;
/// a simulation that no longer reaches one of them has become blind there.
/// </summary>
internal sealed class RareStates(Record record) : RareChecker(record)
{
    public static readonly IReadOnlyList<string> All =
    [
        "crash before anything of a commit is written", "crash before a commit is synced",
        "crash after a commit that nobody heard of",
        "a second crash within seconds of the start", "an unknown commit that held",
        "an unknown commit that did not hold",
        "a commit that surely failed", "repeats folded after a crash", "a checkpoint and then the tail folded",
        "a request turned away by a full queue", "a request without an answer that was stored",
        "a retry with a key answered as before",
        "a retry without a key stored twice", "a page sent by a later process than the one that planned it",
        "a page that arrived twice", "a page that went on to the next channel", "a page that failed for good",
        "a page cancelled by an acknowledgement", "a step brought forward because nobody was reached",
        "a step that was late after an outage",
        "a late responder paged outside the ladder", "a ladder climbed again",
        "a step of a ladder pinned from an older policy",
        "a policy change that opened alerts obey", "an incident opened again within the window",
        "an incident opened anew after the window",
        "a flapping alert that is quiet", "an alert opened under a silence", "a silence whose end pages",
        "an alert opened in a maintenance window", "a maintenance window whose end pages",
        "an alert placed as inhibited",
        "an alert inhibited while its incident waits", "an inhibition whose end pages",
        "an acknowledgement ended by a more urgent alert", "an acknowledgement that expired", "a snooze that ended",
        "a merge", "two merges that crossed", "a member moved by a merge", "an alert that opened its own incident",
        "an expired alert", "an absence timer held back after a start", "a heartbeat that expired and came back",
        "a person's close that holds against re-sends", "an incident resolved by a person that closes its members",
        "a poisoned signal that pages", "a poisoned signal that joins its incident again",
        "a poisoned timer tried again",
        "an older episode that takes a note", "a late resolve of an earlier episode", "words that wait for an incident",
    ];

    private readonly Dictionary<Guid, int> _plannedBy = [];
    private readonly Dictionary<GrainId, int> _poisonedTimers = [];
    private readonly HashSet<string> _askedToMerge = [];
    private readonly Dictionary<string, IncidentState> _before = [];

    public override void Before(Story story, TurnWrite write)
    {
        _before.Clear();
        foreach (var incident in write.Grains.Select(grain => grain.State).OfType<IncidentState>())
        {
            if (story.Incidents.TryGetValue(incident.Id, out var before))
            {
                _before[incident.Id] = before;
            }
        }

        Note(
            Record.Lives.Any(life => life.After == story.Turns) && story.Timers.Any(timer => timer.Value.Quiet > TimeSpan.Zero &&
                timer.Value.Due < write.At && timer.Key.Grain.Kind == GrainKind.Alert),
            "an absence timer held back after a start");
    }

    public override void After(Story story, TurnWrite write)
    {
        write.Log.ForEach(row => Look(story, row));
        write.Timeline.ForEach(line => Look(line.Entry));
        foreach (var change in write.Outbox)
        {
            Look(story, change, Record.CommitOf(write.Turn).Process);
        }

        foreach (var repeat in story.Repeats)
        {
            Note(
                repeat.Reason.StartsWith("Closed by a person; the source still fires", StringComparison.Ordinal),
                "a person's close that holds against re-sends");
            Note(repeat.Reason == "A late resolve of an earlier episode", "a late resolve of an earlier episode");
        }

        foreach (var state in write.Grains.Select(grain => grain.State))
        {
            if (state is AlertState { SuppressedBy.Count: > 0 } alert)
            {
                Note(
                    alert.CreatedAt == write.At && alert.SuppressedBy.Any(Suppressor.IsSilence),
                    "an alert opened under a silence");
                Note(
                    alert.CreatedAt == write.At && alert.SuppressedBy.Any(Suppressor.IsWindow),
                    "an alert opened in a maintenance window");
            }
            else if (state is IncidentState incident && _before.TryGetValue(incident.Id, out var before))
            {
                Note(before is { Status: IncidentStatus.Open, MayPage: false, OpenMembers: > 0 } && incident is { Status: IncidentStatus.Open, MayPage: true }
                    && incident.Ladder.NextAt is not null && before.OpenMembers == incident.OpenMembers,
                    PagesAfter(before.SuppressedBy));
            }
        }
    }

    public override void End(Story story)
    {
        Crashes();
        Requests();
        foreach (var page in Record.Attempts.GroupBy(attempt => attempt.Delivery.Id))
        {
            Note(page.Count(attempt => attempt.Arrived) > 1, "a page that arrived twice");
            Note(
                page.Any(a => _plannedBy.TryGetValue(page.Key, out var process) && a.Process > process),
                "a page sent by a later process than the one that planned it");
        }
    }

    private static string PagesAfter(ValueList<string> suppressors) =>
        suppressors.Any(Suppressor.IsWindow) ? "a maintenance window whose end pages"
        : suppressors.Any(Suppressor.IsRule) ? "an inhibition whose end pages"
        : "a silence whose end pages";

    private void Crashes()
    {
        Note(Record.CrashedAt.Contains(CommitStep.Begun), "crash before anything of a commit is written");
        Note(Record.CrashedAt.Contains(CommitStep.Written), "crash before a commit is synced");
        Note(Record.CrashedAt.Contains(CommitStep.Synced), "crash after a commit that nobody heard of");
        Note(
            Record.Lives.Zip(Record.Lives.Skip(1))
                .Any(two => two.Second.From - two.First.From < TimeSpan.FromSeconds(20)),
            "a second crash within seconds of the start");
        Note(Record.UnknownCommits.Exists(commit => commit.Held), "an unknown commit that held");
        Note(Record.UnknownCommits.Exists(commit => !commit.Held), "an unknown commit that did not hold");
        Note(Record.FailedCommits.Count > 0, "a commit that surely failed");
        Note(Record.Lives.Exists(life => life.Folded > 0), "repeats folded after a crash");
        Note(
            Record.Lives.Exists(
                life => life.Folded > 0 && Record.Journal.Take(life.After).Any(turn => turn.ReplayTurn is not null)),
            "a checkpoint and then the tail folded");
        Note(Record.QueueWasFull, "a request turned away by a full queue");
    }

    private void Requests()
    {
        foreach (var same in Record.Requests.GroupBy(request => request.Content))
        {
            var answered = same.Where(request => request.Ending == Ending.Answered)
                .Select(request => request.Answers[0].Position)
                .ToList();
            Note(
                same.First().Key is not null && answered.Count > answered.Distinct().Count(),
                "a retry with a key answered as before");
            Note(same.First().Key is not null && same.Any(r => r.Ending is Ending.Unknown) && answered.Count > 0 &&
                same.Where(r => r.Ending == Ending.Answered).Min(r => r.Answers[0].Position.Turn) is var turn &&
                Record.CommitOf(turn).At < same.Where(r => r.Ending == Ending.Answered).Min(r => r.SentAt),
                "a request without an answer that was stored");
            Note(same.First().Key is null && answered.Distinct().Count() > 1, "a retry without a key stored twice");
        }
    }

    private void Look(Story story, LogRow row)
    {
        switch (row.Type)
        {
            case "incident.accepted":
                Note(row.Outcome == Outcome.Material, "a merge");
                break;
            case "incident.takeOver":
                Note(!_askedToMerge.Add(row.Grain.Key), "two merges that crossed");
                break;
            case "incident.memberMoved":
                Note(row.Outcome == Outcome.Material, "a member moved by a merge");
                break;
            case "incident.join":
                Note(
                    row.Outcome == Outcome.Material && story.Incidents[row.Grain.Key].FirstMembers.Any(m => m.Bare),
                    "a poisoned signal that joins its incident again");
                break;
            case "incident.open":
                Note(
                    row.Outcome == Outcome.Material && story.Incidents[row.Grain.Key].FirstMembers.Any(m => m.Bare),
                    "a poisoned signal that pages");
                break;
            case "entity.joinRefused":
                Note(row.Outcome == Outcome.Material, "an incident opened anew after the window");
                break;
            case "entity.started":
                Note(row.Reason.StartsWith("Opens", StringComparison.Ordinal) && row.Outcome == Outcome.Material &&
                    story.States[row.Grain] is Grains.Entities.EntityState { Opened: > 1 },
                    "an incident opened anew after the window");
                break;
            case "alert.inhibited":
                Note(row.Reason.Contains("nhibited by", StringComparison.Ordinal) && !row.Reason.StartsWith("No longer", StringComparison.Ordinal),
                    story.Alerts[row.Grain.Key].IncidentId is null
                        ? "an alert placed as inhibited"
                        : "an alert inhibited while its incident waits");
                break;
            case "alert.addNote":
                Note(
                    row.Grain.Kind == GrainKind.ClosedAlert && row.Outcome == Outcome.Material,
                    "an older episode that takes a note");
                break;
            default:
                break;
        }

        if (row.Outcome == Outcome.Poison && row.Type.EndsWith("timerFired", StringComparison.Ordinal))
        {
            _poisonedTimers[row.Grain] = _poisonedTimers.GetValueOrDefault(row.Grain) + 1;
            Note(_poisonedTimers[row.Grain] > 1, "a poisoned timer tried again");
        }

        Note(
            row.Reason.StartsWith("No incident confirmed it in time", StringComparison.Ordinal),
            "an alert that opened its own incident");
        Note(row.Reason.StartsWith("Expired:", StringComparison.Ordinal), "an expired alert");
        Note(row.Reason == "Closed with its incident", "an incident resolved by a person that closes its members");
        Note(row.Reason == "Waits for the incident that will hold the alert", "words that wait for an incident");
        Note(
            row.Type == "heartbeat.ping" && story.Alerts.ContainsKey("heartbeat:" + row.Grain.Key),
            "a heartbeat that expired and came back");
    }

    private void Look(TimelineEntry line)
    {
        switch (line.Type)
        {
            case "reopened":
                Note(
                    line.Text.Contains("within", StringComparison.Ordinal),
                    "an incident opened again within the window");
                break;
            case "flapping":
                Note(true, "a flapping alert that is quiet");
                break;
            case "unacknowledged":
                Note(
                    line.Text.Contains("more urgent", StringComparison.Ordinal),
                    "an acknowledgement ended by a more urgent alert");
                Note(line.Text == "The acknowledgement expired", "an acknowledgement that expired");
                break;
            case "snooze ended":
                Note(line.Text == "The snooze ended", "a snooze that ended");
                break;
            case "nobody":
                Note(
                    line.Text.StartsWith("No page of step", StringComparison.Ordinal),
                    "a step brought forward because nobody was reached");
                break;
            default:
                break;
        }
    }

    private void Look(Story story, DeliveryChange change, int process)
    {
        switch (change)
        {
            case DeliveryChange.Enqueue(var page):
                _plannedBy[page.Id] = process;
                var incident = story.Incidents[page.IncidentId];
                Note(page.Reason.Contains("late by", StringComparison.Ordinal), "a step that was late after an outage");
                Note(page.Reason.Contains(", climb", StringComparison.Ordinal), "a ladder climbed again");
                Note(
                    page.Step == 0 && page.Reason.StartsWith("responder", StringComparison.Ordinal),
                    "a late responder paged outside the ladder");
                Note(
                    page.Step > 1 && Record.EditionsSince(incident.Ladder.Version, story.PolicyVersion),
                    "a step of a ladder pinned from an older policy");
                Note(
                    page.Step == 1 && Record.EditionsSince(0, incident.Ladder.Version),
                    "a policy change that opened alerts obey");
                break;
            case DeliveryChange.Retry(var page):
                Note(page.Channel > 0, "a page that went on to the next channel");
                break;
            case DeliveryChange.Finish(var id, var state):
                Note(state == DeliveryState.Failed, "a page that failed for good");
                Note(
                    state == DeliveryState.Cancelled &&
                        story.Incidents.Values.Any(i => i.Pages.Any(p => p.Id == id && p.Detail == "acknowledged")),
                    "a page cancelled by an acknowledgement");
                break;
            default:
                break;
        }
    }
}
