using Correlation.Grains;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.TestKit.Stories;

/// <summary>
/// All grains of one site on virtual time, told in order: messages at once, timers when they are due. What people are
/// told is written down as a timeline on the wall of <paramref name="zone"/>.
/// </summary>
public sealed class Story(PolicyVersion policy, string zone, DateTimeOffset start)
{
    private readonly Dictionary<GrainId, GrainState> _states = [];
    private readonly Queue<Message> _messages = new();
    private readonly Dictionary<(GrainId Owner, string Set), SortedDictionary<string, Item>> _rows = [];
    private readonly List<Delivery> _waiting = [];
    private readonly List<string> _told = [];
    private readonly List<string> _informed = [];

    public DateTimeOffset Now { get; private set; } = start;

    /// <summary>In force from the next decision on.</summary>
    public PolicyVersion Policy { get; set; } = policy;

    /// <summary>How the attempt of a delivery ends; by default it arrives at once.</summary>
    public Func<Delivery, AttemptOutcome> Attempt { get; set; } = _ => AttemptOutcome.Delivered;

    /// <summary>Lines of the incidents' histories, oldest first.</summary>
    public List<TimelineEntry> History { get; } = [];

    public IEnumerable<IncidentState> Incidents => _states.Values.OfType<IncidentState>();

    public IEnumerable<AlertState> Alerts => _states.Values.OfType<AlertState>();

    public IncidentState Incident => Incidents.Single(i => i.Status != IncidentStatus.Merged);

    /// <summary>Who was told as the owner of a symptom, which is no page; all of it.</summary>
    public string Informed() => string.Join('\n', _informed);

    /// <summary>What was told since it was last asked for.</summary>
    public string Told()
    {
        var told = string.Join('\n', _told);
        _told.Clear();
        return told;
    }

    /// <summary>
    /// On the wall of the story's zone: "2026-01-12 22:30", or "22:30" of the current day. Never back in time.
    /// </summary>
    public Story At(string wall, Action? action = null)
    {
        RunTo(Parse(wall));
        action?.Invoke();
        Run();
        return this;
    }

    public Story After(TimeSpan time, Action? action = null)
    {
        RunTo(Now + time);
        action?.Invoke();
        Run();
        return this;
    }

    /// <summary>The process does nothing until then.</summary>
    public Story Outage(TimeSpan time)
    {
        Now += time;
        Run();
        return this;
    }

    public void Fire(
        string name,
        string alias = "a",
        Priority? priority = null,
        string entity = "model:m",
        params (string Name, string Value)[] labels) =>
        Tell(new GrainId(GrainKind.Alert, alias), new AlertCommand.Receive(new Signal
        {
            Alias = alias,
            Message = name,
            Entity = entity,
            Source = "story",
            Priority = priority,
            Labels = Labels.From([new("alertname", name), .. labels.Select(l => KeyValuePair.Create(l.Name, l.Value))]),
        }));

    public void Clear(string alias = "a") => Tell(
        new GrainId(GrainKind.Alert, alias),
        new AlertCommand.Receive(new Signal { Alias = alias, Message = "", Source = "story", Resolved = true }));

    public void Say(IncidentCommand.ByPerson action) => Tell(Incident.Grain, new IncidentCommand.Person(action));

    public void Acknowledge(string user) => Say(new IncidentCommand.Acknowledge(user, ""));

    public Decision Tell(GrainId to, Command command)
    {
        var decision = GrainTypes.Decide(to, _states.GetValueOrDefault(to), command, Policy, Now);
        if (decision.NextState is { } next)
        {
            _states[to] = next;
        }
        else if (decision.Delta is { } delta)
        {
            _states[to] = _states[to].Fold(delta);
        }

        foreach (var message in decision.Messages)
        {
            _messages.Enqueue(message);
        }

        if (decision.Publish is { } published)
        {
            Policy = Policy.With(published);
            foreach (var alert in Alerts.Where(alert => AlertSuppression.IsOutdated(alert, Policy, Now)))
            {
                _messages.Enqueue(new Message(alert.Grain, new AlertCommand.Reconsider()));
            }
        }

        foreach (var item in decision.Items)
        {
            Keep(item.Owner ?? to, item);
        }

        History.AddRange(decision.Timeline);
        foreach (var change in decision.Outbox)
        {
            Deliver(change);
        }

        return decision;
    }

    private void Deliver(DeliveryChange change)
    {
        switch (change)
        {
            case DeliveryChange.Finish(var id, _):
                _waiting.RemoveAll(delivery => delivery.Id == id);
                break;
            case DeliveryChange.Enqueue(var delivery):
                _waiting.Add(delivery);
                break;
            case DeliveryChange.Retry(var delivery):
                _waiting.RemoveAll(earlier => earlier.Id == delivery.Id);
                _waiting.Add(delivery);
                break;
            default:
                break;
        }
    }

    /// <summary>As the dispatcher does: what was decided before quiet hours is asked about in them.</summary>
    private void Send(Delivery delivery)
    {
        _waiting.Remove(delivery);
        var outcome = QuietHours.HoldsBack(Policy, delivery, Now) is null ? Attempt(delivery) : AttemptOutcome.Quiet;
        if (delivery.Attempts == 0 && outcome != AttemptOutcome.Quiet)
        {
            var lines = delivery.Text.Event == PageEvents.Informed ? _informed : _told;
            lines.Add($"{Wall(Now)} {delivery.Who} by {delivery.Target.Channel}: {delivery.Reason}");
        }

        _messages.Enqueue(new Message(
            new GrainId(GrainKind.Incident, delivery.IncidentId), new IncidentCommand.Attempted(delivery, outcome, outcome.ToString())));
    }

    private void Keep(GrainId owner, ItemChange change)
    {
        var members = _rows.TryGetValue((owner, change.Set), out var found)
            ? found
            : _rows[(owner, change.Set)] = new(StringComparer.Ordinal);
        if (change.Body is { } body)
        {
            members[change.Key] = new Item(change.Key, body);
        }
        else
        {
            members.Remove(change.Key);
        }
    }

    private void RunTo(DateTimeOffset until)
    {
        if (until < Now)
        {
            throw new ArgumentException($"The story is at {Wall(Now)} already and does not go back to {Wall(until)}.");
        }

        Run();
        while (NextDue() is { } due && due <= until)
        {
            Now = due > Now ? due : Now;
            Run();
        }

        Now = until;
    }

    /// <summary>Everything that is due now.</summary>
    private void Run()
    {
        for (var turns = 0; ; turns++)
        {
            if (turns > 10_000)
            {
                throw new InvalidOperationException($"The story goes round in a circle at {Wall(Now)}.");
            }

            if (_messages.TryDequeue(out var message))
            {
                Tell(message.To, message.Command);
            }
            else if (_waiting.Find(delivery => delivery.NotBefore <= Now) is { } page)
            {
                Send(page);
            }
            else if (Next() is var (grain, timer) && timer.Due <= Now)
            {
                Tell(grain, GrainTypes.Fired(grain, timer, ItemsOf(grain, timer.Read)));
            }
            else
            {
                return;
            }
        }
    }

    private DateTimeOffset? NextDue() =>
        _waiting.Select(delivery => (DateTimeOffset?)delivery.NotBefore).Append(Next()?.Timer.Due).Min();

    private (GrainId Grain, GrainTimer Timer)? Next() => _states
        .SelectMany(pair => pair.Value.Timers.Select(timer => (Grain: pair.Key, Timer: timer)))
        .OrderBy(pair => pair.Timer.Due)
        .Select(pair => ((GrainId, GrainTimer)?)pair)
        .FirstOrDefault();

    private ValueList<Item> ItemsOf(GrainId grain, ItemRange? range) => range is null || !_rows.TryGetValue(
        (grain, range.Set), out var members)
        ? []
        : members.Values.Where(i => string.CompareOrdinal(i.Key, range.After) > 0).Take(range.Limit).ToValueList();

    private DateTimeOffset Parse(string wall)
    {
        var tz = DateTimeZoneProviders.Tzdb[zone];
        var today = Instant.FromDateTimeOffset(Now).InZone(tz).Date;
        var time = NodaTime.Text.LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(wall[^5..]).Value;
        var date = wall.Length == 5 ? today : NodaTime.Text.LocalDatePattern.Iso.Parse(wall[..10]).Value;
        return tz.AtLeniently(date + time).ToDateTimeOffset();
    }

    private string Wall(DateTimeOffset at) => Instant.FromDateTimeOffset(at)
        .InZone(DateTimeZoneProviders.Tzdb[zone])
        .ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);
}
