using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Storage;
using Correlation.Simulation.Checkers;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation;

/// <summary>As <see cref="RareStates"/>, of who is on call, quiet hours and ladders.</summary>
internal sealed class RareOnCall(Record record) : RareChecker(record)
{
    public static readonly IReadOnlyList<string> All =
    [
        "a page to who stands in", "a step for two regions at once", "a turn that is nobody's",
        "a step of the layer below as who is gone had the turn",
        "a step for who is next on call", "a step for who was on call before", "a step for a random member",
        "a step of a nested escalation",
        "a ladder of a priority", "a ladder closed after all", "a ladder that takes an acknowledgement back",
        "a climb that reached nobody made again",
        "a step if not closed although somebody has it", "a changed ladder re-applied",
        "an acknowledgement that expired", "a page passed on",
        "an acknowledgement passed on", "who passed it on left out", "who has no contact left out",
        "a notification after a delay",
        "a page by e-mail in quiet hours", "a page held back by quiet hours",
        "a ladder begun after quiet hours by e-mail",
        "a ladder begun after quiet hours that suppress", "a rise that breaks through quiet hours",
        "a digest of quiet hours",
        "quiet hours within others", "a responder held back by quiet hours",
        "a delayed notification that quiet hours hold back",
        "somebody named twice at once and paged once", "a page that arrived after it was given up",
        "a note to who made a silence", "an outage over the end of quiet hours", "a silence that ends in quiet hours",
    ];

    private Dictionary<string, IncidentState> _before = [];

    public override void Before(Story story, TurnWrite write) => _before = write.Grains.Select(grain => grain.State)
        .OfType<IncidentState>()
        .Select(incident => story.Incidents.GetValueOrDefault(incident.Id))
        .OfType<IncidentState>().DistinctBy(incident => incident.Id).ToDictionary(incident => incident.Id);

    public override void After(Story story, TurnWrite write)
    {
        foreach (var (owner, change) in write.Items.Where(item => item.Change is { Set: PageDecision.Set, Body: not null }))
        {
            var decision = PageDecision.Read(new Item(change.Key, change.Body!));
            Look(decision, story.Incidents[owner.Key], EarlierPage.IsShared(decision, _before.GetValueOrDefault(owner.Key), write));
            LookAtTurns(story.Rotas[decision.PolicyVersion] with { Overrides = [] }, decision);
        }

        foreach (var page in write.Outbox.OfType<DeliveryChange.Enqueue>().Select(change => change.Delivery))
        {
            Look(story, page);
        }

        write.Timeline.ForEach(line => Look(line.Entry));
        foreach (var incident in write.Grains.Select(grain => grain.State).OfType<IncidentState>())
        {
            Look(story, _before.GetValueOrDefault(incident.Id), incident);
        }
    }

    private void Look(PageDecision decision, IncidentState incident, bool isShared)
    {
        var isPaged = decision.Page is not null;
        Note(isShared, "somebody named twice at once and paged once");
        Note(decision.OfEarlierPage && !isShared, "a page that arrived after it was given up");
        Note(
            isPaged && decision.Target.StartsWith("next:", StringComparison.Ordinal), "a step for who is next on call");
        Note(
            isPaged && decision.Target.StartsWith("previous:", StringComparison.Ordinal),
            "a step for who was on call before");
        Note(isPaged && decision.Target.StartsWith("random:", StringComparison.Ordinal), "a step for a random member");
        Note(
            isPaged && decision.Target.StartsWith("admins:", StringComparison.Ordinal),
            "a step of a nested escalation");
        Note(isPaged && decision is { Target: "schedule:sun", Found.Count: > 1 }, "a step for two regions at once");
        Note(decision is { Target: "schedule:weekly", Found.Count: 0 }, "a turn that is nobody's");
        Note(!isPaged && decision.Reason == "they passed the incident on", "who passed it on left out");
        Note(!isPaged && decision.Reason == "no contact is configured", "who has no contact left out");
        Note(!isPaged && decision.QuietHours.Length > 0 && decision.Step > 0, "a page held back by quiet hours");
        Note(
            !isPaged && decision.QuietHours.Length > 0 && decision.Reason.Contains(", by ", StringComparison.Ordinal),
            "a delayed notification that quiet hours hold back");
        Note(
            isPaged && decision.Step > 1 && incident.Status == IncidentStatus.Acknowledged,
            "a step if not closed although somebody has it");
    }

    /// <param name="byTurn">Without those who stand in.</param>
    private void LookAtTurns(OwnRota byTurn, PageDecision decision)
    {
        if (decision.Page is not null && decision.Target.StartsWith("schedule:", StringComparison.Ordinal))
        {
            Note(!byTurn.Named(decision.Target, decision.At).Contains(decision.Who), "a page to who stands in");

            // In the minutes of the upper layer, whose people are not those of the lower one.
            Note(
                decision.Target == "schedule:weekly" && decision.At.Minute is > 4 and < 12 && Town.People.Contains(decision.Who) &&
                    byTurn.Named(decision.Target, decision.At).Contains(decision.Who),
                "a step of the layer below as who is gone had the turn");
        }
    }

    private void Look(Story story, Delivery page)
    {
        var incident = story.Incidents[page.IncidentId];
        var rota = story.Configuration!;
        Note(incident.Ladder.Policy == "urgent" && !incident.Ladder.IsNamed, "a ladder of a priority");
        Note(
            page.Reason.Contains(", by ", StringComparison.Ordinal) && page.NotBefore > page.DecidedAt,
            "a notification after a delay");
        Note(page.Targets.All(target => target.Channel == Rota.Mail) && rota.Users.First(u => u.Name == page.Who).Contacts.Count > 1 &&
            page.Text.Event == PageEvents.Page, "a page by e-mail in quiet hours");
        Note(page.Text.Event == PageEvents.Digest, "a digest of quiet hours");
        Note(page.Text.Event == PageEvents.SilenceEnded, "a note to who made a silence");
        Note(
            page.Reason.Contains("after quiet hours", StringComparison.Ordinal),
            "a ladder begun after quiet hours that suppress");
        Note(page.Reason.Contains("after quiet hours", StringComparison.Ordinal) && page.Reason.Contains("late by", StringComparison.Ordinal),
            "an outage over the end of quiet hours");
    }

    private void Look(TimelineEntry line)
    {
        Note(
            line.Type == "passed on" && line.Text.Contains("the next step is due now", StringComparison.Ordinal),
            "a page passed on");
        Note(
            line.Type == "unacknowledged" && line.Text.StartsWith("Passed on by", StringComparison.Ordinal),
            "an acknowledgement passed on");
        Note(
            line.Type == "unacknowledged" && line.Text.EndsWith("whoever has acknowledged", StringComparison.Ordinal),
            "a ladder that takes an acknowledgement back");
        Note(
            line is { Type: "unacknowledged", Text: "The acknowledgement expired" }, "an acknowledgement that expired");
        Note(
            line.Type == "resolved" && line.Text.Contains("was climbed to its end", StringComparison.Ordinal),
            "a ladder closed after all");
        Note(
            line.Type == "nobody" && line.Text.StartsWith("No page of the whole climb", StringComparison.Ordinal),
            "a climb that reached nobody made again");
        Note(line.Type == "reapplied", "a changed ladder re-applied");
        Note(line.Type == "breaks through", "a rise that breaks through quiet hours");
        Note(line.Type == "quiet hours ended", "a ladder begun after quiet hours by e-mail");
        Note(
            line.Type == "held back" && line.Text.Contains("responders", StringComparison.Ordinal),
            "a responder held back by quiet hours");
    }

    private void Look(Story story, IncidentState? before, IncidentState now)
    {
        Note(
            before?.HeldBack is { Mode: QuietMode.EmailOnly } && now.HeldBack is { Mode: QuietMode.Suppress },
            "quiet hours within others");
        Note(before is { Status: IncidentStatus.Open, MayPage: false, SuppressedBy.Count: > 0 } && now is { MayPage: true, Status: IncidentStatus.Open, HeldBack: not null },
            "a silence that ends in quiet hours");
    }
}
