using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Storage;
using Correlation.Simulation.Deliveries;
using Correlation.Simulation.Engine;
using NodaTime;

namespace Correlation.Simulation.Checkers;

/// <summary>
/// Quiet hours: nobody's telephone rings in them; what is not paged is written down with the reason; what is open when
/// they end, or rises above them, is paged then; what came and went is told in a digest. A person who gives it to
/// somebody has looked at the clock.
/// </summary>
internal sealed class QuietHoursKept(Record record) : Checker("quiet hours", record)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Held> _held = [];
    private readonly Dictionary<string, DateTimeOffset> _unsaid = [];
    private readonly HashSet<string> _written = [];
    private readonly HashSet<Guid> _toCome = [];
    private ILookup<int, Attempt>? _attempts;
    private Dictionary<string, IncidentState> _before = [];
    private DateTimeOffset _runsSince;
    private int _process;

    /// <summary>How far the shard's time is ahead of that of the receivers, whose clocks are right.</summary>
    private TimeSpan _ahead;

    public override void Before(Story story, TurnWrite write)
    {
        _before = write.Grains.Select(grain => grain.State).OfType<IncidentState>()
            .Select(incident => story.Incidents.GetValueOrDefault(incident.Id))
            .OfType<IncidentState>().DistinctBy(incident => incident.Id).ToDictionary(incident => incident.Id);
        var commit = Record.CommitOf(write.Turn);
        _ahead = write.At - commit.At;
        var paused = write.At - story.At > TimeSpan.FromSeconds(40);
        var failed = Record.FailedCommits.Exists(failure => failure > commit.At - Moment && failure <= commit.At);
        if (commit.Process != _process || paused || failed || Record.UnknownCommits.Exists(u => u.Turn == write.Turn))
        {
            (_process, _runsSince) = (commit.Process, write.At);
        }
    }

    public override void After(Story story, TurnWrite write)
    {
        if (story.Configuration?.Teams.Any(team => team.QuietHours.Count > 0) != true)
        {
            return;
        }

        foreach (var change in write.Outbox)
        {
            if (PageOf(change) is { Updates: null } page)
            {
                IsAllowed(story, page, isToCome: change is DeliveryChange.Enqueue && page.NotBefore > story.At);
                Told(story, page);
            }
        }

        foreach (var (owner, change) in write.Items.Where(item => item.Change is { Set: PageDecision.Set, Body: not null }))
        {
            NotPaged(story, owner.Key, PageDecision.Read(new Item(change.Key, change.Body!)), write);
        }

        foreach (var (_, _, entry) in write.Timeline.Where(line => line.Entry is { Type: "nobody" } && line.Entry.Text.Contains("digest of quiet hours", StringComparison.Ordinal)))
        {
            ToldNobody(story, story.Incidents[entry.Owner.Key]);
        }

        foreach (var incident in story.Incidents.Values)
        {
            Look(story, incident);
        }

        _attempts ??= Record.Attempts.ToLookup(attempt => attempt.Turns);
        foreach (var attempt in _attempts[story.Turns].Where(
            attempt => attempt.Process == _process && _toCome.Contains(attempt.Delivery.Id)))
        {
            IsAllowed(story, attempt);
        }
    }

    private static Delivery? PageOf(DeliveryChange change) => change switch
    {
        DeliveryChange.Enqueue(var page) => page,
        DeliveryChange.Retry(var page) => page,
        _ => null,
    };

    /// <param name="isToCome">As a person's rules say: what becomes of it is found when it comes.</param>
    private void IsAllowed(Story story, Delivery page, bool isToCome)
    {
        var incident = story.Incidents[page.IncidentId];
        var before = _before.GetValueOrDefault(page.IncidentId) ?? incident;
        _toCome.Remove(page.Id);
        if (page.Text.Event == PageEvents.Digest ||
            (page.Text.Event is PageEvents.SilenceEnded or PageEvents.Informed && IsMail(page.Target)) ||
                incident.Pages.FirstOrDefault(shown => shown.Id == page.Id)?.Call == PageCall.Person ||
                page.Reason.StartsWith("assigned by", StringComparison.Ordinal) || incident.IgnoresQuietHours ||
                before.IgnoresQuietHours)
        {
            return;
        }

        if (isToCome)
        {
            _toCome.Add(page.Id);
            return;
        }

        var mode = MildestOf(story, incident, page.NotBefore);
        if (mode == QuietMode.Suppress || (mode == QuietMode.EmailOnly && !IsMail(page.Target)))
        {
            Report($"Turn {story.Turns}: {page.Who} is paged by {page.Target.Channel} at {page.NotBefore:HH:mm:ss.fff} ({page.Reason}) "
                + $"for {incident.Id} of {incident.Team}, {Urgency(incident)}: {mode}");
        }
    }

    /// <summary>It was looked at a moment before, and the shard's time is known to a moment.</summary>
    private void IsAllowed(Story story, Attempt attempt)
    {
        var (page, at) = (attempt.Delivery, attempt.At + _ahead);
        var modes = new[] { at - Moment, at, at + Moment }
            .Select(instant => ModeAt(story, page.Text.Team, page.Text.Priority, instant));
        if (!IsMail(page.Target) && at - Moment > story.ConfiguredAt && !modes.Contains(null))
        {
            Report($"{page.Who} is rung by {page.Target.Channel} at {at:HH:mm:ss.fff} ({page.Reason}) "
                + $"for {page.IncidentId} of {page.Text.Team}, {page.Text.Priority}, in quiet hours");
        }
    }

    private void Told(Story story, Delivery page)
    {
        var incident = story.Incidents[page.IncidentId];
        if (page.Text.Event == PageEvents.Digest)
        {
            _held.Remove(page.IncidentId);
        }
        else if (page.Reason.StartsWith("step ", StringComparison.Ordinal))
        {
            // What is tried again after their end is no part of them.
            if (MildestOf(story, incident, story.At) == QuietMode.EmailOnly &&
                MildestOf(story, incident, page.NotBefore) == QuietMode.EmailOnly)
            {
                // The ladder that those before it held back has begun.
                if (_held.GetValueOrDefault(incident.Id) is { Mode: QuietMode.Suppress, Until: var until } &&
                    until <= story.At)
                {
                    _held.Remove(incident.Id);
                }

                Hold(story, incident.Id, QuietMode.EmailOnly, 0);
            }
            else if (!page.Targets.All(IsMail) ||
                story.Rotas[page.PolicyVersion].Find(page.Who)?.Contacts.All(IsMail) != false)
            {
                _held.Remove(page.IncidentId);
            }
        }
    }

    /// <summary>
    /// Of a digest: it is due when those that held it back are over, which may be sooner than all of the team's. Where
    /// milder ones follow at once it comes too, as it makes no sound. Only where no step of the ladder names anybody who
    /// has a contact may it be told to nobody.
    /// </summary>
    private void ToldNobody(Story story, IncidentState incident)
    {
        var mode = ModeAt(story, incident, story.At);
        if ((mode is null || mode < _held.GetValueOrDefault(incident.Id)?.Mode) && !HasSomebody(story, incident))
        {
            _held.Remove(incident.Id);
        }
    }

    private void NotPaged(Story story, string id, PageDecision decision, TurnWrite write)
    {
        var mode = MildestOf(story, story.Incidents[id], story.At);
        if (decision.Page is not null)
        {
            if (decision.Step > 0 && mode is null &&
                EarlierPage.IsShared(decision, _before.GetValueOrDefault(id), write))
            {
                Shared(story, story.Incidents[id], decision);
            }

            return;
        }

        // Who has passed it on, or has no contact, is not paged for that reason too: the row names both.
        if ((decision.QuietHours + decision.Reason).Contains("quiet hours of", StringComparison.Ordinal))
        {
            _written.Add(id);
        }

        if (mode is null && decision.Step > 0)
        {
            // The step has come and found nobody.
            _held.Remove(id);
        }
        else if (mode is { } quiet && decision.Step > 0 &&
            decision.Reason.Contains("quiet hours of", StringComparison.Ordinal))
        {
            Hold(story, id, quiet, quiet == QuietMode.Suppress && decision.Who.Length > 0 ? 1 : 0);
        }
    }

    /// <summary>The step has come, and its person is rung at this instant already: it has become more urgent.</summary>
    private void Shared(Story story, IncidentState incident, PageDecision decision)
    {
        var page = incident.Pages.FirstOrDefault(page => page.Id == decision.Page);
        if (page is not null && (!page.Targets.All(IsMail) ||
            story.Rotas[page.PolicyVersion].Find(page.Who)?.Contacts.All(IsMail) != false))
        {
            _held.Remove(incident.Id);
        }
    }

    /// <summary>A turn may hold several decisions: its priority was that of one of them.</summary>
    private QuietMode? MildestOf(Story story, IncidentState incident, DateTimeOffset at)
    {
        var modes = new[] { incident, _before.GetValueOrDefault(incident.Id) ?? incident }.Select(i => ModeAt(story, i, at)).ToList();
        return modes.Contains(null) ? null : modes.Min();
    }

    private void Hold(Story story, string id, QuietMode mode, int pages)
    {
        var held = _held.GetValueOrDefault(id);
        _held[id] = new Held(
            mode,
            (held?.Pages ?? 0) + pages,
            story.At,
            EndOf(story, story.Incidents[id], mode),
            story.ConfiguredAt,
            Urgency(story.Incidents[id]),
            null);
    }

    private void Look(Story story, IncidentState incident)
    {
        if (story.EverSpoiled.Contains(incident.Grain) ||
            incident.Status is IncidentStatus.Merged or IncidentStatus.Acknowledged or IncidentStatus.Snoozed)
        {
            _held.Remove(incident.Id);
            _unsaid.Remove(incident.Id);
            return;
        }

        var mode = ModeAt(story, incident, story.At);
        IsWrittenDown(story, incident, mode);
        if (!_held.TryGetValue(incident.Id, out var held))
        {
            return;
        }

        if (mode >= held.Mode && (story.ConfiguredAt > held.Known || Urgency(incident).IsMoreUrgentThan(held.Of)))
        {
            // It has become more urgent, and they hold that back too: it was looked at then.
            var end = EndOf(story, incident, held.Mode);
            _held[incident.Id] = held = held with
            {
                Known = story.ConfiguredAt,
                Until = end > held.Until ? end : held.Until,
                Of = PriorityRules.MoreUrgent(held.Of, Urgency(incident)),
            };
        }

        var isDue = incident.Status == IncidentStatus.Open
            ? incident.MayPage && (mode is null || mode < held.Mode) && IsKnown(story, incident, held)
            : held.Pages > 0 && !HasQuietHours(story, incident.Team) && story.At >= held.Until;
        if (!isDue)
        {
            _held[incident.Id] = held with { DueSince = null };
            return;
        }

        if (held.DueSince is null && incident.Status == IncidentStatus.Resolved && !HasSomebody(story, incident))
        {
            _held.Remove(incident.Id);
            return;
        }

        var since = held.DueSince ?? story.At;
        _held[incident.Id] = held with { DueSince = since };
        if (story.At - (since > _runsSince ? since : _runsSince) > Moment)
        {
            Report($"Turn {story.Turns}: {incident.Id} of {incident.Team}, {Urgency(incident)}, is {incident.Status} and was held back "
                + $"({held.Mode}, {held.Pages} pages, at {held.At:HH:mm:ss.fff}) by quiet hours that are over since {since:HH:mm:ss.fff}, and nobody was told");
            _held.Remove(incident.Id);
        }
    }

    /// <summary>What nobody was told of at all, in hours in which nobody is to be told.</summary>
    private void IsWrittenDown(Story story, IncidentState incident, QuietMode? mode)
    {
        var isMute = mode == QuietMode.Suppress && incident is { Status: IncidentStatus.Open, MayPage: true, Adopting.Count: 0, PageCount: 0, IgnoresQuietHours: false } &&
            !_held.ContainsKey(incident.Id) && !_written.Contains(incident.Id);
        if (!isMute)
        {
            _unsaid.Remove(incident.Id);
            return;
        }

        _unsaid.TryAdd(incident.Id, story.At);
        var since = _unsaid[incident.Id];

        // The first page waits as long as its route says.
        if (story.At - (since > _runsSince ? since : _runsSince) > TimeSpan.FromSeconds(15))
        {
            Report($"Turn {story.Turns}: {incident.Id} of {incident.Team}, {Urgency(incident)}, is open in quiet hours since {since:HH:mm:ss.fff}, and it is not written down that nobody is paged");
            _unsaid[incident.Id] = DateTimeOffset.MaxValue.AddDays(-1);
        }
    }

    private static bool HasSomebody(Story story, IncidentState incident)
    {
        var rota = story.Rotas[story.PolicyVersion];
        return incident.Ladder.Steps.SelectMany(step => rota.Named(step.Target.ToString(), story.At))
            .Any(who => rota.Find(who)?.Contacts.Count > 0 && !incident.PassedOn.Contains(who));
    }

    /// <summary>
    /// That another configuration has ended them is found by the audit, which goes round more slowly.
    /// </summary>
    private static bool IsKnown(Story story, IncidentState incident, Held held) =>
        story.At >= held.Until || Urgency(incident).IsMoreUrgentThan(held.Of);

    /// <summary>They begin and end with a minute.</summary>
    private static DateTimeOffset EndOf(Story story, IncidentState incident, QuietMode mode)
    {
        var end = new DateTimeOffset(story.At.Ticks - (story.At.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        while (ModeAt(story, incident, end) >= mode || end <= story.At)
        {
            end += TimeSpan.FromMinutes(1);
        }

        return end;
    }

    /// <summary>Of any priority: what is over has none, and is told of when all can be told.</summary>
    private static bool HasQuietHours(Story story, string team) =>
        story.Configuration!.Teams.First(t => t.Name == team).QuietHours.Any(
            quiet => quiet.Hours.Any(hours => IsWithin(hours, quiet.TimeZone, story.At)));

    private static Priority Urgency(IncidentState incident)
    {
        var most = incident.PageableByPriority.ToList().FindIndex(count => count > 0);
        return most < 0 ? incident.Priority : (Priority)(most + 1);
    }

    private static bool IsMail(DeliveryTarget target) => target.Channel == Rota.Mail;

    /// <summary>The strictest that holds, by an own hand; null when none does.</summary>
    private static QuietMode? ModeAt(Story story, IncidentState incident, DateTimeOffset at) =>
        incident.IgnoresQuietHours ? null : ModeAt(story, incident.Team, Urgency(incident), at);

    private static QuietMode? ModeAt(Story story, string name, Priority priority, DateTimeOffset at)
    {
        var modes = (story.Configuration?.Teams.FirstOrDefault(team => team.Name == name)?.QuietHours ?? [])
            .Where(quiet =>
                quiet.Priorities.Contains(priority) && quiet.Hours.Any(hours => IsWithin(hours, quiet.TimeZone, at)))
            .Select(quiet => quiet.Mode)
            .ToList();
        return modes.Count == 0 ? null : modes.Max();
    }

    private static bool IsWithin(TimeWindow window, string zone, DateTimeOffset at)
    {
        var minute = Instant.FromDateTimeOffset(at)
            .InZone(DateTimeZoneProviders.Tzdb[zone]).TimeOfDay.TickOfDay / (double)NodaConstants.TicksPerMinute;
        return minute >= window.Start && minute < window.End;
    }

    /// <param name="Pages">That did not go out.</param>
    /// <param name="Until">The latest end that a configuration said since.</param>
    /// <param name="Of">What was held back: the most urgent since.</param>
    /// <param name="Known">When the last of them came in force.</param>
    /// <param name="DueSince">Since when the quiet hours are seen to be over.</param>
    private sealed record Held(
        QuietMode Mode,
        int Pages,
        DateTimeOffset At,
        DateTimeOffset Until,
        DateTimeOffset Known,
        Priority Of,
        DateTimeOffset? DueSince);
}
