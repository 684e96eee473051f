using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Senders;

/// <summary>
/// People at a list, and their tools: they acknowledge, snooze, close, edit, merge. With a key a call that got no
/// answer is repeated, and sometimes one that did.
/// </summary>
internal sealed class People
{
    private readonly World _world;

    public People(World world)
    {
        _world = world;
        world.Agenda.Every(TimeSpan.FromSeconds(6), Act);
    }

    private string Who => _world.Agenda.Pick(_world.Site.People);

    private bool Act()
    {
        var tag = _world.Network.NextTag();
        var about = _world.Agenda.Dice.Next(10) switch
        {
            < 5 => Pick<AlertState>(alert => alert.Status == AlertStatus.Open || _world.Agenda.Chance(0.2)) is { } alert
                ? new GrainCommand(alert.Grain, OnAlert(alert, tag)) : default,
            < 6 => Pick<ClosedAlertState>(_ => true) is { } past
                ? new GrainCommand(past.Grain, new AlertCommand.AddNote(past.Alert.Id, Who, "", tag)) : default,
            _ => Pick<IncidentState>(i => i.Status is not (IncidentStatus.Resolved or IncidentStatus.Merged) || _world.Agenda.Chance(0.2)) is { } incident
                ? new GrainCommand(incident.Grain, new IncidentCommand.Person(OnIncident(incident, tag))) : default,
        };
        if (about.Command is not null)
        {
            Send(about, tag, _world.Agenda.Chance(0.7) ? "key " + tag : null, null, 0);
        }

        return _world.SendersGoOn;
    }

    private AlertCommand OnAlert(AlertState alert, string tag)
    {
        Guid? target = _world.Agenda.Chance(0.5) ? alert.Id : null;
        return _world.Agenda.Dice.Next(16) switch
        {
            0 => new AlertCommand.AddNote(target, Who, "", tag),
            1 => new AlertCommand.AddTags(target, ["tag" + tag], Who, ""),
            2 => new AlertCommand.RemoveTags(target, [.. alert.Tags.Take(1), "none" + tag], Who, tag),
            3 => new AlertCommand.AddDetails(target, Labels.From([new("by", tag)]), Who, ""),
            4 => new AlertCommand.SetMessage(target, "message " + tag, Who),
            5 => new AlertCommand.SetDescription(target, "description " + tag, Who),
            6 or 7 => new AlertCommand.SetPriority(target, (Priority)_world.Agenda.Dice.Next(1, 6), Who),
            8 => new AlertCommand.AddResponder(target, new Responder("user", Who), Who, tag),
            9 => new AlertCommand.RunAction(target, "Retrain", Who, tag),
            10 => new AlertCommand.MarkSeen(target),
            11 => new AlertCommand.Close(target, Who, "", tag, ByPerson: true),
            12 when _world.Agenda.Chance(0.3) => new AlertCommand.Delete(target, Who, ""),
            _ => new AlertCommand.Handle(target, OnIncident(null, tag)),
        };
    }

    private IncidentCommand.ByPerson OnIncident(IncidentState? incident, string tag) => _world.Agenda.Dice.Next(16) switch
    {
        0 => new IncidentCommand.AddNote(Who, tag),
        1 => new IncidentCommand.Unacknowledge(Who, tag),
        2 or 3 => new IncidentCommand.Snooze(_world.Agenda.Now + _world.Agenda.Between(30, 400), Who, tag),
        4 => new IncidentCommand.Assign(Who, Who, tag),
        5 => new IncidentCommand.Escalate(_world.Agenda.Chance(0.3) ? "data" : null, Who, tag),
        6 => new IncidentCommand.Resolve(Who, tag),
        7 or 8 when incident is { Status: IncidentStatus.Resolved } || _world.Agenda.Chance(0.2) =>
            new IncidentCommand.Reopen(Who, tag),
        9 or 10 when incident is not null && Pick<IncidentState>(i => i.Id != incident.Id && i.Status != IncidentStatus.Merged) is { } other =>
            new IncidentCommand.Merge(other.Id, Who, tag),
        _ => new IncidentCommand.Acknowledge(Who, tag),
    };

    private void Send(GrainCommand command, string tag, string? key, SentRequest? again, int tries) =>
        _world.Network.Send([command], [command.Command is AlertCommand.MarkSeen or AlertCommand.SetPriority or AlertCommand.Delete ? null : tag], CommandClass.Person, key, again, ended =>
        {
            var once = ended.Ending == Ending.Answered && !_world.Agenda.Chance(0.05);
            if (!once && key is not null && tries < 4 && _world.SendersGoOn)
            {
                _world.Agenda.In(_world.Agenda.Between(1, 8), () => Send(command, tag, key, again ?? ended, tries + 1));
            }
        });

    /// <summary>From the lists as they are in the store.</summary>
    private T? Pick<T>(Func<T, bool> which)
        where T : GrainState
    {
        var all = _world.Disk.Tables.Grains.States.OfType<T>().Where(which).ToList();
        return all.Count == 0 ? null : _world.Agenda.Pick(all);
    }
}
