using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Overrides;
using Correlation.Grains.Policy;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Senders;

/// <summary>
/// Puts others in somebody's place for some minutes: of a whole schedule, a person, a rotation or a layer; changes it
/// and takes it back.
/// </summary>
internal sealed class StandIns
{
    private readonly World _world;
    private readonly List<string> _made = [];

    public StandIns(World world)
    {
        _world = world;
        world.Agenda.Every(TimeSpan.FromSeconds(25), Act);
    }

    private bool Act()
    {
        var (agenda, tag) = (_world.Agenda, _world.Network.NextTag());
        var edits = _made.Count > 0 && agenda.Chance(0.4);
        var id = edits ? agenda.Pick(_made) : "override-" + _made.Count;
        OverrideCommand command = edits && agenda.Chance(0.6)
            ? new OverrideCommand.TakeBack(Town.People[0])
            : Set(id, tag);
        if (!edits)
        {
            _made.Add(id);
        }

        Send(
            new GrainCommand(new GrainId(GrainKind.Override, id), command),
            command is OverrideCommand.Set ? tag : null,
            null,
            0);
        return _world.SendersGoOn;
    }

    private OverrideCommand.Set Set(string id, string tag)
    {
        var agenda = _world.Agenda;
        var from = agenda.Now + agenda.Between(-30, 120);
        var ofWeekly = agenda.Chance(0.6);
        var shift = Shift(from, ofWeekly);

        // A swap gives the time after it back.
        var shifts = agenda.Chance(0.3)
            ? new[] { shift, Shift(shift.Until, ofWeekly) with { Until = shift.Until + agenda.Between(20, 200) } }
            : [shift];
        return new OverrideCommand.Set(new Override(
            id, ofWeekly ? "schedule-1" : "schedule-2", shifts.ToValueList(), agenda.Now, Town.People[0], tag));
    }

    private OverrideShift Shift(DateTimeOffset from, bool ofWeekly)
    {
        var agenda = _world.Agenda;
        var shift = new OverrideShift(from, from + agenda.Between(40, 300), Who());
        return agenda.Dice.Next(4) switch
        {
            0 => shift,
            1 => shift with { Replaces = Participant.User(agenda.Pick(Rota.People)) },
            2 => shift with { Rotations = [ofWeekly ? agenda.Pick<string>(["base", "rotation-cover"]) : agenda.Pick<string>(["Berlin", "Kathmandu"])] },
            _ => shift with { Layer = agenda.Pick<string>(["base", "cover"]) },
        };
    }

    private Participant Who() => _world.Agenda.Dice.Next(10) switch
    {
        0 => Participant.Nobody,
        1 => Participant.User(Rota.Gone),
        2 => Participant.Team("infra"),
        3 => Participant.Escalation("data"),
        _ => Participant.User(_world.Agenda.Pick(Rota.People)),
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
