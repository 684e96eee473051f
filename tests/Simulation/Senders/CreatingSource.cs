using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Senders;

/// <summary>
/// Creates and closes, one call each, as an Opsgenie client does, and repeats a call until it is answered.
/// </summary>
internal sealed class CreatingSource
{
    private readonly World _world;
    private readonly List<string> _aliases;
    private readonly HashSet<string> _open = [];

    public CreatingSource(World world, int number, int aliases)
    {
        _world = world;
        _aliases = [.. Enumerable.Range(0, aliases).Select(i => $"app-{number}-{i}")];
        world.Agenda.Every(TimeSpan.FromSeconds(8), Call);

        // One of them cannot make up its mind.
        world.Agenda.Every(TimeSpan.FromSeconds(45), () => Say(_aliases[0]));

        // Now and then all of them fail at once.
        world.Agenda.Every(TimeSpan.FromMinutes(4), () => _aliases.TrueForAll(Say));
    }

    private bool Call() => Say(_world.Agenda.Pick(_aliases));

    private bool Say(string alias)
    {
        var tag = _world.Network.NextTag();
        var fires = !_open.Remove(alias) || (alias != _aliases[0] && _world.Agenda.Chance(0.4));
        if (fires)
        {
            _open.Add(alias);
        }

        var alert = new GrainId(GrainKind.Alert, alias);
        Send(new GrainCommand(alert, fires ? Fires(alias, tag) : Ends(tag)), tag, null, 0);
        if (fires && _world.Agenda.Chance(0.1))
        {
            // Somebody was faster than the service.
            var quick = _world.Network.NextTag();
            _world.Network.Send(
                [new GrainCommand(alert, new AlertCommand.Handle(null, new IncidentCommand.Acknowledge(Town.People[0], quick)))],
                [quick], CommandClass.Person, "quick " + quick);
        }

        return _world.SendersGoOn;
    }

    private AlertCommand.Receive Fires(string alias, string tag)
    {
        var agenda = _world.Agenda;
        return new AlertCommand.Receive(new Signal
        {
            Alias = alias,
            Message = "Job failed - " + alias,
            Entity = agenda.Chance(0.3) ? "" : $"job:j{alias[^1]}",
            Labels = Labels.From([new("alertname", "Job" + alias[^1])]),
            Texts = Labels.From([new("summary", tag)]),
            Source = "app",
            Priority = agenda.Chance(0.3) ? (Priority)agenda.Dice.Next(1, 6) : null,
            Responders = agenda.Chance(0.1) ? [new Responder("user", agenda.Pick(Town.People))] : [],
            Note = agenda.Chance(0.1) ? "note " + tag : "",
            User = "app",
        });
    }

    private static AlertCommand.Close Ends(string tag) => new(null, "", "app", "over " + tag, ByPerson: false);

    private void Send(GrainCommand command, string tag, SentRequest? again, int tries) =>
        _world.Network.Send([command], [tag], CommandClass.Intake, null, again, ended =>
        {
            if (ended.Ending != Ending.Answered && tries < 5 && _world.SendersGoOn)
            {
                _world.Agenda.In(_world.Agenda.Between(1, 6), () => Send(command, tag, again ?? ended, tries + 1));
            }
        });
}
