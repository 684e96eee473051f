using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Storage;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Checkers;

/// <summary>
/// I6: who is held back is not paged for, the decision names what holds it back, and nothing does so for longer than it
/// lasts: silences, maintenance windows, inhibitions. What just began or ended has a moment to reach every alert while
/// the service runs.
/// </summary>
internal sealed class I6Silenced(Record record) : Checker("I6", record)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(3);

    private readonly HeldBack _heldBack = new();
    private readonly Dictionary<string, DateTimeOffset> _changed = [];
    private Dictionary<string, Silencing> _before = [];
    private HashSet<GrainId> _behind = [];
    private DateTimeOffset _runsSince;
    private int _process;

    public override void Before(Story story, TurnWrite write)
    {
        _before = new Dictionary<string, Silencing>(story.Silences);
        _behind = write.Outbox.Count == 0
            ? []
            : [.. story.Messages.Values.Select(message => message.To), .. ToldInIt(write)];
        var process = Record.CommitOf(write.Turn).Process;
        var paused = write.At - story.At > TimeSpan.FromSeconds(40);
        var at = Record.CommitOf(write.Turn).At;
        var failed = Record.FailedCommits.Exists(failure => failure > at - Moment && failure <= at);
        if (process != _process || paused || failed || Record.UnknownCommits.Exists(u => u.Turn == write.Turn))
        {
            (_process, _runsSince) = (process, write.At);
        }
    }

    public override void After(Story story, TurnWrite write)
    {
        foreach (var (id, silence) in story.Silences)
        {
            if (!ReferenceEquals(_before.GetValueOrDefault(id), silence))
            {
                _changed[id] = write.At;
            }
        }

        foreach (var id in _before.Keys.Except(story.Silences.Keys))
        {
            _changed[id] = write.At;
        }

        foreach (var opened in write.Grains.Select(grain => grain.State).OfType<AlertState>().Where(IsNew))
        {
            NamesItsSilences(story, opened, write);
        }

        var runs = write.At - _runsSince > Moment;
        foreach (var change in write.Outbox)
        {
            if (runs && change is DeliveryChange.Enqueue(var page) &&
                !page.Reason.StartsWith("assigned by", StringComparison.Ordinal) && !TellsWhatIsOver(story, page))
            {
                SomebodyMayPage(story, page);
            }
        }

        if (runs && story.IsAtRest)
        {
            foreach (var alert in story.Alerts.Values.Where(a => a.Status == AlertStatus.Open && a.SuppressedBy.Count > 0))
            {
                StillInForce(story, alert);
            }
        }

        bool IsNew(AlertState alert) => alert.CreatedAt == write.At && alert.Status == AlertStatus.Open && alert.UpdatedAt == write.At;
    }

    /// <summary>
    /// Of one turn what follows is decided last: a page of its timers knows nothing of it, nor does one for who joined
    /// that the alert has closed since.
    /// </summary>
    private static IEnumerable<GrainId> ToldInIt(TurnWrite write) => write.Log
        .GroupBy(row => row.Grain)
        .Where(rows => rows.Key.Kind == GrainKind.Incident && (rows.SkipWhile(row => row.Type != "incident.timerFired").Skip(1).Any() ||
            rows.SkipWhile(row => row.Type != "incident.join").Any(row => row.Type == "incident.memberClosed")))
        .Select(rows => rows.Key);

    private void NamesItsSilences(Story story, AlertState alert, TurnWrite write)
    {
        var active = _before.Values.Where(s =>
            story.Silences.ContainsKey(s.Id) && ReferenceEquals(story.Silences[s.Id], s) &&
                _heldBack.Hides(s, alert, write.At));
        var windows = (story.Configuration?.Maintenance ?? [])
            .Where(w => story.ConfiguredAt < write.At && _heldBack.Hides(w, alert, write.At));
        foreach (var name in active.Select(s => s.Id).Concat(windows.Select(w => Suppressor.OfWindow(w.Name))).Where(n => !alert.SuppressedBy.Contains(n)))
        {
            Report($"Turn {story.Turns}: {alert.Alias} opens under {name} and does not name it");
        }
    }

    /// <summary>
    /// A person has resolved it, and its alerts are about to be told: the digest says what quiet hours held back.
    /// </summary>
    private static bool TellsWhatIsOver(Story story, Delivery page) =>
        page.Text.Event == PageEvents.Digest && story.Incidents[page.IncidentId].Status == IncidentStatus.Resolved;

    private void SomebodyMayPage(Story story, Delivery page)
    {
        var members = story.Alerts.Values
            .Where(a =>
                a.Status == AlertStatus.Open && a.IncidentId is not null &&
                    story.Heir(a.IncidentId)?.Id == page.IncidentId)
            .ToList();
        var incident = new GrainId(GrainKind.Incident, page.IncidentId);

        // While it takes over another incident it pages for whom it does not know yet, and for whom it was told of too
        // late: of one turn a timer is decided before the message that the last alert to page for has closed.
        var isBehind = story.Incidents[page.IncidentId].Adopting.Count > 0 || _behind.Contains(incident) ||
            story.Messages.Values.Any(message => message.To == incident);
        var itsAndTheirs = story.Incidents.Keys.Where(id => story.Heir(id)?.Id == page.IncidentId)
            .SelectMany(id => story.MembersOf(id).Values);
        if (!isBehind && members.Count > 0 && members.TrueForAll(alert => IsLongHeldBack(story, alert)) &&
            !itsAndTheirs.Any(IsOnItsWay) &&
            !story.EverSpoiled.Contains(incident))
        {
            Report($"Turn {story.Turns}: {page.Who} is paged ({page.Reason}) for {page.IncidentId}, whose alerts are all held back: "
                + string.Join(", ", members.Select(m => m.Alias)));
        }

        // One that has just joined may page before it knows of its incident; the engine's own knows no silence, and its
        // row comes from a merged incident after its count.
        bool IsOnItsWay(Member member) => member.Open && (member.Bare || (member.SuppressedBy.Count == 0 &&
            story.Alerts.GetValueOrDefault(member.Alias) is { } alert && alert.Id == member.AlertId && alert.IncidentId is null));
    }

    private bool IsLongHeldBack(Story story, AlertState alert)
    {
        if (story.EverSpoiled.Contains(alert.Grain) || story.At - alert.CreatedAt <= Moment)
        {
            return false;
        }

        var before = story.At - Moment;
        var silenced = story.Silences.Values.Any(silence =>
            _heldBack.Hides(silence, alert, story.At) && _heldBack.Hides(silence, alert, before) &&
                IsSettled(story, silence.Id));
        return silenced || (IsConfigured(story) && (
            story.Configuration!.Maintenance.Any(window => _heldBack.Hides(window, alert, story.At) && _heldBack.Hides(window, alert, before)) ||
            (!InhibitionsAreSpoiled(story) && story.Configuration.InhibitRules.Any(rule => _heldBack.Inhibits(story, rule, alert, source =>
                source.Status == AlertStatus.Open && source.CreatedAt < before && !story.EverSpoiled.Contains(source.Grain))))));
    }

    private void StillInForce(Story story, AlertState alert)
    {
        foreach (var id in alert.SuppressedBy)
        {
            if (!story.EverSpoiled.Contains(alert.Grain) && IsLongOver(story, alert, id))
            {
                Report($"Turn {story.Turns}: {alert.Alias} is held back by {id}, which is over");
            }
        }
    }

    private bool IsLongOver(Story story, AlertState alert, string suppressor)
    {
        if (Suppressor.IsSilence(suppressor))
        {
            var silence = story.Silences.GetValueOrDefault(suppressor);
            return IsSettled(story, suppressor) &&
                (silence is null || (!_heldBack.Hides(silence, alert, story.At) && story.At - silence.EndsAt > Moment));
        }

        if (!IsConfigured(story))
        {
            return false;
        }

        return Suppressor.IsWindow(suppressor)
            ? !story.Configuration!.Maintenance.Any(window => Suppressor.OfWindow(window.Name) == suppressor &&
                (_heldBack.Hides(window, alert, story.At) || _heldBack.Hides(window, alert, story.At - Moment)))
            : !InhibitionsAreSpoiled(story) && !story.Configuration!.InhibitRules.Any(rule => Suppressor.OfRule(rule.Name) == suppressor &&
                _heldBack.Inhibits(story, rule, alert, source => IsOrWasJustOpen(story, source)));
    }

    private static bool IsOrWasJustOpen(Story story, AlertState source) =>
        source.Status == AlertStatus.Open || story.At - source.UpdatedAt <= Moment ||
            story.EverSpoiled.Contains(source.Grain);

    private static bool InhibitionsAreSpoiled(Story story) =>
        story.EverSpoiled.Any(grain => grain.Kind == GrainKind.Inhibition);

    private static bool IsConfigured(Story story) =>
        story.Configuration is not null && story.At - story.ConfiguredAt > Moment;

    private bool IsSettled(Story story, string silence) => story.At - _changed.GetValueOrDefault(silence) > Moment;
}
