using Correlation.Gateway.Seams;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Senders;

/// <summary>Programs that call regularly, now and then stop to, and are switched off and on.</summary>
internal sealed class Heartbeats
{
    private readonly World _world;
    private readonly string _name;
    private DateTimeOffset _silentUntil;
    private bool _exists;

    public Heartbeats(World world, string name)
    {
        (_world, _name) = (world, name);
        world.Agenda.Every(TimeSpan.FromSeconds(25), Beat);
        world.Agenda.Every(TimeSpan.FromMinutes(3), Change);
    }

    private HeartbeatSettings Settings(bool enabled) =>
        new(_name, "", 1, "minutes", enabled, "data", "", [], Priority.P2);

    private bool Beat()
    {
        var agenda = _world.Agenda;
        if (!_exists)
        {
            Send(
                new HeartbeatCommand.Create(Settings(enabled: true)),
                ended => _exists = ended.Ending == Ending.Answered);
        }
        else if (agenda.Chance(0.04))
        {
            _silentUntil = agenda.Now + agenda.Between(60, 240);
        }
        else if (agenda.Now >= _silentUntil)
        {
            Send(new HeartbeatCommand.Ping());
        }

        return _world.SendersGoOn;
    }

    private bool Change()
    {
        if (_exists)
        {
            Send(new HeartbeatCommand.Update(Settings(_world.Agenda.Chance(0.8))));
        }

        return _world.SendersGoOn;
    }

    private void Send(HeartbeatCommand command, Action<SentRequest>? ended = null) => _world.Network.Send(
        [new GrainCommand(new GrainId(GrainKind.Heartbeat, _name), command)], [null], CommandClass.Intake, null, null,
        ended);
}
