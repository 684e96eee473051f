using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>
/// A decision about an incident while it is being made: the state so far and everything to commit with it. Lives for
/// one call of Decide and never leaves it.
/// </summary>
internal sealed class IncidentDraft(IncidentState state, PolicyVersion policy, DateTimeOffset at)
{
    private readonly List<Message> _messages = [];
    private readonly List<TimelineEntry> _timeline = [];
    private readonly List<DeliveryChange> _outbox = [];
    private readonly List<ItemChange> _items = [];

    /// <summary>An earlier build chose the ladder for all that was open, also what was held back.</summary>
    public IncidentState State { get; set; } = state.Ladder.ChosenFor is not null
        ? state
        : state with { Ladder = state.Ladder with { ChosenFor = state.Priority } };

    public PolicyVersion Policy => policy;

    public DateTimeOffset At => at;

    public void Tell(GrainId to, Command command) => _messages.Add(new Message(to, command));

    public void Tell(string incident, IncidentCommand command) =>
        Tell(new GrainId(GrainKind.Incident, incident), command);

    /// <summary>Nothing for an incident that an alert opened by itself.</summary>
    public void TellGroup(Entities.EntityCommand command)
    {
        if (State.GroupKey.Length > 0)
        {
            Tell(new GrainId(GrainKind.Entity, State.GroupKey), command);
        }
    }

    public void Note(string type, string text, string actor = "") =>
        _timeline.Add(new TimelineEntry(State.Grain, type, text, actor));

    public void Put(DeliveryChange change) => _outbox.Add(change);

    public void Put(ItemChange change) => _items.Add(change);

    public Decision<IncidentState> Done(string reason)
    {
        IncidentChoice.Follow(this);
        IncidentNotices.Follow(this);
        return new Decision<IncidentState>
        {
            Outcome = Outcome.Material,
            Reason = reason,
            State = IncidentUpdates.Plan(State with { UpdatedAt = at }, at),
            Messages = _messages.ToValueList(),
            Timeline = _timeline.ToValueList(),
            Outbox = _outbox.ToValueList(),
            Items = _items.ToValueList(),
        };
    }
}
