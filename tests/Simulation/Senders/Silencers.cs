using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Silences;
using Correlation.Simulation.Engine;
using Correlation.TestKit;

namespace Correlation.Simulation.Senders;

/// <summary>Makes silences, edits and ends them: from now or from later on, for some minutes.</summary>
internal sealed class Silencers
{
    private readonly World _world;
    private readonly List<string> _made = [];

    public Silencers(World world)
    {
        _world = world;
        world.Agenda.Every(TimeSpan.FromSeconds(30), Act);
    }

    private bool Act()
    {
        var (agenda, tag) = (_world.Agenda, _world.Network.NextTag());
        var edits = _made.Count > 0 && agenda.Chance(0.5);
        var id = edits ? agenda.Pick(_made) : "silence-" + _made.Count;
        SilenceCommand command = edits && agenda.Chance(0.5) ? new SilenceCommand.Expire(Town.People[0]) : Set(id, tag);
        if (!edits)
        {
            _made.Add(id);
        }

        Send(
            new GrainCommand(new GrainId(GrainKind.Silence, id), command),
            command is SilenceCommand.Set ? tag : null,
            null,
            0);
        return _world.SendersGoOn;
    }

    private SilenceCommand.Set Set(string id, string tag)
    {
        var agenda = _world.Agenda;
        var start = agenda.Now + (agenda.Chance(0.3) ? agenda.Between(20, 120) : TimeSpan.Zero);
        return new SilenceCommand.Set(
            new Silencing(id, Policies.Match(Matcher()), start, start + agenda.Between(30, 360), Town.People[0], tag));
    }

    private string Matcher() => _world.Agenda.Dice.Next(5) switch
    {
        0 => $"{{alias=~\"prom-{_world.Agenda.Dice.Next(3)}-.*\"}}",
        1 => $"{{alias=~\"app-.-{_world.Agenda.Dice.Next(8)}\"}}",
        2 => $"{{entity=\"model:m{_world.Agenda.Dice.Next(6)}\"}}",
        3 => $"{{alertname=\"Name{_world.Agenda.Dice.Next(3)}\"}}",
        _ => $"{{alias=~\".*-[{_world.Agenda.Dice.Next(5)}-{_world.Agenda.Dice.Next(5, 10)}]\"}}",
    };

    private void Send(GrainCommand command, string? tag, SentRequest? again, int tries) =>
        _world.Network.Send([command], [tag], CommandClass.Person, null, again, ended =>
        {
            if (ended.Ending != Ending.Answered && tries < 3 && _world.SendersGoOn)
            {
                _world.Agenda.In(_world.Agenda.Between(1, 6), () => Send(command, tag, again ?? ended, tries + 1));
            }
        });
}
