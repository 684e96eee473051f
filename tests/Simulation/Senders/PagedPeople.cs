using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Senders;

/// <summary>
/// People who were paged: they pass it on, take it, ask for another ladder; somebody calls others in, or finds it more
/// urgent.
/// </summary>
internal sealed class PagedPeople
{
    private readonly World _world;

    public PagedPeople(World world)
    {
        _world = world;
        world.Agenda.Every(TimeSpan.FromSeconds(9), Act);
    }

    private bool Act()
    {
        var agenda = _world.Agenda;
        var paged = _world.Disk.Tables.Grains.States.OfType<IncidentState>()
            .Where(incident =>
                incident.Status is not (IncidentStatus.Resolved or IncidentStatus.Merged) &&
                    incident.FirstMembers.Count > 0)
            .ToList();
        if (paged.Count > 0)
        {
            var (incident, tag) = (agenda.Pick(paged), _world.Network.NextTag());
            var who = incident.Pages.Count > 0 ? incident.Pages[^1].Who : agenda.Pick(Rota.People);
            var (command, isTold) = Say(incident, who, tag);
            Send(command, isTold ? tag : null, "paged " + tag, null, 0);
        }

        return _world.SendersGoOn;
    }

    private (GrainCommand Command, bool HasText) Say(IncidentState incident, string who, string tag)
    {
        var alert = new GrainId(GrainKind.Alert, _world.Agenda.Pick(incident.FirstMembers).Alias);
        return _world.Agenda.Dice.Next(10) switch
        {
            < 4 => (On(incident, new IncidentCommand.NotMe(who, tag)), true),
            4 => (On(incident, new IncidentCommand.Acknowledge(who, tag)), true),
            5 => (On(incident, new IncidentCommand.ReapplyEscalation(who, tag)), true),
            6 => (On(incident, new IncidentCommand.Escalate(_world.Agenda.Pick<string>(["urgent", "infra", "main"]), who, tag)), true),
            7 => (new GrainCommand(alert, new AlertCommand.AddResponder(
                null, _world.Agenda.Pick<Responder>([new("team", "data"), new("schedule", "weekly"), new("escalation", "last")]), who, tag)), true),
            _ => (new GrainCommand(alert, new AlertCommand.SetPriority(null, _world.Agenda.Pick<Priority>([Priority.P1, Priority.P2, Priority.P4]), who)), false),
        };
    }

    private static GrainCommand On(IncidentState incident, IncidentCommand.ByPerson action) =>
        new(incident.Grain, new IncidentCommand.Person(action));

    private void Send(GrainCommand command, string? tag, string key, SentRequest? again, int tries) =>
        _world.Network.Send([command], [tag], CommandClass.Person, key, again, ended =>
        {
            if (ended.Ending != Ending.Answered && tries < 3 && _world.SendersGoOn)
            {
                _world.Agenda.In(_world.Agenda.Between(1, 6), () => Send(command, tag, key, again ?? ended, tries + 1));
            }
        });
}
