using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Senders;

/// <summary>
/// Sends all that fires again and again, and what is over for a while, as Prometheus does; what fell silent has
/// expired. A batch that was not answered is sent again as it is, until the next one is due.
/// </summary>
internal sealed class ResendingSource
{
    private readonly World _world;
    private readonly List<Problem> _problems;
    private readonly TimeSpan _interval;
    private readonly bool _changesTexts;
    private DateTimeOffset _silentUntil;
    private int _round;

    public ResendingSource(World world, int number, int aliases)
    {
        _world = world;
        _interval = world.Agenda.Between(30, 60);
        _changesTexts = world.Agenda.Chance(0.7);
        _problems = [.. Enumerable.Range(0, aliases).Select(i => new Problem(
            $"prom-{number}-{i}",
            i % 3 == 0 ? "" : $"model:m{world.Agenda.Dice.Next(6)}",
            Labels.From(
            [
                new("alertname", i % 4 == 1 ? "Drift" : "Name" + (i % 3)),
                new("severity", world.Agenda.Pick<string>(["critical", "warning", "info"])),
                new("team", number % 2 == 0 ? "data" : "platform"),
            ])))];
        world.Agenda.Every(_interval, Round);
    }

    private bool Round()
    {
        var (agenda, now) = (_world.Agenda, _world.Agenda.Now);
        foreach (var problem in _problems)
        {
            problem.Move(agenda);
        }

        if (agenda.Chance(0.02))
        {
            _silentUntil = now + agenda.Between(120, 400);
        }

        _round++;
        var told = _problems.Where(p => p.IsToldAt(now)).ToList();
        if (told.Count > 0 && now >= _silentUntil)
        {
            var tags = told.Select(_ => _changesTexts ? _world.Network.NextTag() : null).ToList();
            var commands = told.Select((p, i) => p.Command(now, now + (4 * _interval), tags[i])).ToList();
            Send(commands, tags, null, _round);
        }

        return _world.SendersGoOn;
    }

    private void Send(List<GrainCommand> commands, List<string?> tags, SentRequest? again, int round) =>
        _world.Network.Send(commands, tags, CommandClass.Intake, null, again, ended =>
        {
            if (ended.Ending != Ending.Answered && _world.SendersGoOn)
            {
                _world.Agenda.In(_world.Agenda.Between(1, 5), () =>
                {
                    if (round == _round)
                    {
                        Send(commands, tags, again ?? ended, round);
                    }
                });
            }
        });

    private sealed class Problem(string alias, string entity, Labels labels)
    {
        private DateTimeOffset? _startsAt;
        private DateTimeOffset? _endedAt;

        public void Move(Agenda agenda)
        {
            if (_startsAt is null || _endedAt is not null)
            {
                if (agenda.Chance(0.06))
                {
                    (_startsAt, _endedAt) = (agenda.Now, null);
                }
            }
            else if (agenda.Chance(0.08))
            {
                _endedAt = agenda.Now;
            }
        }

        public bool IsToldAt(DateTimeOffset now) =>
            _startsAt is not null && (_endedAt is null || now - _endedAt < TimeSpan.FromMinutes(3));

        public GrainCommand Command(DateTimeOffset now, DateTimeOffset end, string? tag) => new(
            new GrainId(GrainKind.Alert, alias),
            new AlertCommand.Receive(new Signal
            {
                Alias = alias,
                Message = labels["alertname"] + " - " + alias,
                Entity = entity,
                Labels = labels,
                Texts = tag is null ? Labels.Empty : Labels.From([new("summary", tag)]),
                Source = "batch",
                StartsAt = _startsAt,
                EndsAt = _endedAt ?? (now < end ? end : now),
                ResendsWhileFiring = true,
            }));
    }
}
