using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Silences;
using Correlation.TestKit;

namespace Correlation.Grains.Tests.Interleaving;

/// <summary>Sources, people, silences and the dispatcher, all drawn from the pump's dice.</summary>
internal sealed class Town(MessagePump pump)
{
    private readonly HashSet<string> _silences = [];

    public void ActOnce()
    {
        switch (pump.Dice.Next(20))
        {
            case < 7:
                Source();
                break;
            case < 10:
                PersonOnAlert();
                break;
            case < 13:
                PersonOnIncident();
                break;
            case < 15:
                Merge();
                break;
            case < 17:
                Silence();
                break;
            case < 19:
                Attempt();
                break;
            default:
                pump.At += TimeSpan.FromSeconds(pump.Dice.Next(3000));
                break;
        }

        pump.At += TimeSpan.FromSeconds(pump.Dice.Next(6));
    }

    private void Source()
    {
        var alias = "alert-" + pump.Dice.Next(8);
        var over = pump.Dice.Next(3) == 0;
        pump.Tell(new GrainId(GrainKind.Alert, alias), new AlertCommand.Receive(new Signal
        {
            Alias = alias,
            Message = alias,
            Entity = "model:m" + pump.Dice.Next(3),
            Priority = (Priority)pump.Dice.Next(1, 6),
            Responders = pump.Dice.Next(4) == 0 ? [new Responder("user", Policies.Secondary)] : [],
            Labels = Labels.From([new("zone", "z" + pump.Dice.Next(2))]),
            EndsAt = over ? pump.At : null,
        }));
    }

    private void PersonOnAlert()
    {
        if (Pick(pump.All<AlertState>()) is not { } alert)
        {
            return;
        }

        AlertCommand command = pump.Dice.Next(6) switch
        {
            0 => new AlertCommand.Close(null, "ann", "", "", ByPerson: true),
            1 => new AlertCommand.Delete(null, "ann", ""),
            2 => new AlertCommand.AddResponder(null, new Responder("user", Policies.Primary), "ann", ""),
            3 => new AlertCommand.Handle(null, Action()),
            _ => new AlertCommand.SetPriority(null, (Priority)pump.Dice.Next(1, 6), "ann"),
        };
        pump.Tell(alert.Grain, command);
    }

    private void PersonOnIncident()
    {
        if (Pick(pump.All<IncidentState>()) is { } incident)
        {
            pump.Tell(incident.Grain, new IncidentCommand.Person(
                pump.Dice.Next(8) == 0 && incident.FirstMembers is [.., var member]
                    ? new IncidentCommand.Unlink(member.AlertId, member.Alias, "ann", "")
                    : Action()));
        }
    }

    private IncidentCommand.ByPerson Action() => pump.Dice.Next(8) switch
    {
        0 => new IncidentCommand.Unacknowledge("ann", ""),
        1 => new IncidentCommand.Snooze(pump.At.AddMinutes(10), "ann", ""),
        2 => new IncidentCommand.Escalate(null, "ann", ""),
        3 or 4 => new IncidentCommand.Resolve("ann", ""),
        5 => new IncidentCommand.Reopen("ann", ""),
        _ => new IncidentCommand.Acknowledge("ann", ""),
    };

    private void Merge()
    {
        if (Pick(pump.All<IncidentState>()) is { } one && Pick(pump.All<IncidentState>()) is { } other)
        {
            pump.Tell(one.Grain, new IncidentCommand.Person(new IncidentCommand.Merge(other.Id, "ann", "")));
        }
    }

    private void Silence()
    {
        var id = "silence-" + pump.Dice.Next(3);
        var grain = new GrainId(GrainKind.Silence, id);
        if (_silences.Add(id) || pump.Dice.Next(2) == 0)
        {
            var matcher = Policies.Match(
                $"{{alias=~\"alert-[{string.Concat(Enumerable.Range(0, 8).Where(_ => pump.Dice.Next(2) == 0))}x]\"}}");
            pump.Tell(grain, new SilenceCommand.Set(new Silencing(
                id, matcher, pump.At, pump.At.AddSeconds(pump.Dice.Next(1, 900)), "ann", "")));
        }
        else
        {
            pump.Tell(grain, new SilenceCommand.Expire("ann"));
        }
    }

    private void Attempt()
    {
        if (Pick(pump.Outbox.Values) is { } delivery)
        {
            var outcome = (AttemptOutcome)pump.Dice.Next(1, 5);
            pump.Tell(
                new GrainId(GrainKind.Incident, delivery.IncidentId),
                new IncidentCommand.Attempted(delivery, outcome, outcome.ToString()));
        }
    }

    private T? Pick<T>(IEnumerable<T> from)
        where T : class
    {
        var all = from.ToList();
        return all.Count == 0 ? null : all[pump.Dice.Next(all.Count)];
    }
}
