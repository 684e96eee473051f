using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Checkers;

/// <summary>
/// I7: nobody is paged who is not on call for the step by the policy version that the decision names; the decision says
/// who was found, all of them; no page is without a decision; and whoever is named twice at one instant is paged once.
/// </summary>
internal sealed class I7OnCall(Record record) : Checker("I7", record)
{
    private readonly HashSet<(string Incident, string Target, string Who)> _informed = [];
    private Dictionary<string, IncidentState> _before = [];

    public override void Before(Story story, TurnWrite write) => _before = write.Grains.Select(grain => grain.State).OfType<IncidentState>()
        .Select(incident => story.Incidents.GetValueOrDefault(incident.Id))
        .OfType<IncidentState>().DistinctBy(incident => incident.Id).ToDictionary(incident => incident.Id);

    public override void After(Story story, TurnWrite write)
    {
        var decided = new Dictionary<Guid, PageDecision>();
        var told = new Dictionary<Guid, PageDecision>();
        foreach (var (owner, change) in write.Items.Where(item => item.Change is { Set: PageDecision.Set, Body: not null }))
        {
            var decision = PageDecision.Read(new Item(change.Key, change.Body!));
            Check(story, owner.Key, decision);
            if (decision.Notice is { } notice)
            {
                told.Add(notice, decision);
                if (!_informed.Add((owner.Key, decision.Target, decision.Who)))
                {
                    Report($"Turn {story.Turns}: {decision.Who} is informed of {owner.Key} twice as {decision.Target}");
                }
            }

            if (decision is { Page: { } earlier, OfEarlierPage: true })
            {
                IsTheirs(story, owner.Key, earlier, decision);
            }
            else if (decision.Page is { } page && !decided.TryAdd(page, decision))
            {
                Report($"Turn {story.Turns}: page {page} has two decisions");
            }
        }

        PagedOnce(story, write);

        foreach (var page in write.Outbox.OfType<DeliveryChange.Enqueue>().Select(change => change.Delivery))
        {
            if (page is { Updates: null, Text.Event: PageEvents.Page })
            {
                Check(story, page, decided.GetValueOrDefault(page.Id));
            }
            else if (page.Text.Event == PageEvents.Informed)
            {
                IsNoPage(story, page, told.GetValueOrDefault(page.Id));
            }
        }
    }

    private void IsTheirs(Story story, string incident, Guid page, PageDecision decision)
    {
        if (!story.Incidents[incident].Pages.Any(p => p.Id == page && p.Who == decision.Who))
        {
            Report($"Turn {story.Turns}: {decision.Who} is said to have page {page} of {incident} ({decision.Reason}), which is not theirs");
        }
    }

    /// <summary>
    /// By a step or as a responder; one person's own rules may make several messages of it. What was cancelled has
    /// paged nobody.
    /// </summary>
    private void PagedOnce(Story story, TurnWrite write)
    {
        var ended = write.Outbox.OfType<DeliveryChange.Finish>().Select(change => change.Id).ToHashSet();
        var twice = write.Outbox.OfType<DeliveryChange.Enqueue>().Select(change => change.Delivery)
            .Where(page => page is { Updates: null, Text.Event: PageEvents.Page } && !ended.Contains(page.Id))
            .Where(page =>
                page.Reason.StartsWith("step ", StringComparison.Ordinal) ||
                    page.Reason.StartsWith("responder ", StringComparison.Ordinal))
            .GroupBy(page => (page.IncidentId, page.Who, page.DecidedAt, page.Text.Priority))
            .FirstOrDefault(pages => pages.Select(page => page.Reason.Split(", by ")[0]).Distinct().Count() > 1);
        if (twice is not null)
        {
            Report($"Turn {story.Turns}: {twice.Key.Who} is paged twice at once for {twice.Key.IncidentId}: {string.Join(" and ", twice.Select(page => page.Reason))}");
        }
    }

    /// <summary>
    /// Who owns a symptom is told by e-mail alone, after somebody of another team was paged, and no step has to do with
    /// it.
    /// </summary>
    private void IsNoPage(Story story, Delivery notice, PageDecision? decision)
    {
        var incident = story.Incidents[notice.IncidentId];
        if (decision?.Who != notice.Who || notice.Step != 0 || !notice.Targets.All(target => target.Channel == Rota.Mail)
            || !incident.Pages.Any(page => page.Call is null))
        {
            Report($"Turn {story.Turns}: {notice.Who} is informed of {notice.IncidentId} by {string.Join(", ", notice.Targets)} ({notice.Reason}), and the decision is {decision}");
        }
    }

    private void Check(Story story, string incident, PageDecision decision)
    {
        var named = story.Rotas[decision.PolicyVersion].Named(decision.Target, decision.At);
        if (!named.SetEquals(decision.Found))
        {
            Report($"Turn {story.Turns}: at {decision.At:HH:mm:ss.fff} {decision.Target} of {incident} is {string.Join(", ", named)} "
                + $"by version {decision.PolicyVersion}, and found was {string.Join(", ", decision.Found)}");
        }
        else if (decision.Who.Length > 0 ? !named.Contains(decision.Who) : named.Count > 0)
        {
            Report($"Turn {story.Turns}: '{decision.Who}' is decided about for {incident}, and {decision.Target} is {string.Join(", ", named)}");
        }
    }

    private void Check(Story story, Delivery page, PageDecision? decision)
    {
        if (decision is null || decision.Who != page.Who || decision.PolicyVersion != page.PolicyVersion ||
            decision.Step != page.Step)
        {
            Report($"Turn {story.Turns}: {page.Who} is paged ({page.Reason}), and the decision is {decision}");
            return;
        }

        // A turn may hold several decisions: an incident that is resolved and opened again in it climbs another ladder.
        var incident = story.Incidents[page.IncidentId];
        var named = new[] { incident, _before.GetValueOrDefault(page.IncidentId) ?? incident }
            .Select(at => at.Ladder.Steps.ElementAtOrDefault(page.Step - 1)?.Target.ToString()).ToList();
        if (page.Reason.StartsWith("step ", StringComparison.Ordinal) && !named.Contains(decision.Target))
        {
            Report(
                $"Turn {story.Turns}: {page.Who} is paged as {decision.Target}, and step {page.Step} names {named[0]}");
        }

        var contacts = story.Rotas[page.PolicyVersion].Find(page.Who)?.Contacts ?? [];
        if (!decision.Target.StartsWith("channel:", StringComparison.Ordinal) && !page.Targets.All(contacts.Contains))
        {
            Report($"Turn {story.Turns}: {page.Who} is paged by {string.Join(", ", page.Targets)}, which are not all theirs");
        }
    }
}
