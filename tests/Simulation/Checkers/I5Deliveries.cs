using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.Simulation.Deliveries;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Checkers;

/// <summary>
/// I5: every planned page comes to an end; what is said to be delivered has arrived; under one key it arrives once, and
/// once more at most per crash or unknown outcome meanwhile; nothing is begun that has ended, nor by a process that was
/// taken over from.
/// </summary>
internal sealed class I5Deliveries(Record record) : Checker("I5", record)
{
    private readonly Dictionary<Guid, Delivery> _planned = [];
    private readonly Dictionary<Guid, (DeliveryState State, int Turn)> _ended = [];

    public override void After(Story story, TurnWrite write)
    {
        foreach (var change in write.Outbox)
        {
            if (change is DeliveryChange.Enqueue(var delivery))
            {
                if (!_planned.TryAdd(delivery.Id, delivery))
                {
                    Report($"Turn {story.Turns}: page {delivery.Id} is planned a second time");
                }
            }
            else if (change is DeliveryChange.Finish(var id, var state))
            {
                _ended.TryAdd(id, (state, story.Turns));
            }
        }
    }

    public override void End(Story story)
    {
        foreach (var late in Record.Attempts.Where(a => Record.Lives.Exists(life => life.Process > a.Process && life.From < a.At)))
        {
            Report($"Page {late.Delivery.Id} was begun at {late.At:O} by process {late.Process}, which had been taken over from");
        }

        var attempts = Record.Attempts.ToLookup(attempt => attempt.Delivery.Id);
        foreach (var (id, delivery) in _planned)
        {
            Check(id, delivery, [.. attempts[id]]);
        }

        foreach (var stray in Record.Attempts.Where(attempt => !_planned.ContainsKey(attempt.Delivery.Id)))
        {
            Report($"Page {stray.Delivery.Id} was sent to {stray.Delivery.Who} at {stray.At:O}, and nobody has planned it");
        }
    }

    private void Check(Guid id, Delivery delivery, List<Attempt> attempts)
    {
        if (!_ended.TryGetValue(id, out var end))
        {
            if (delivery.DecidedAt < Record.EndedAt - TimeSpan.FromMinutes(2))
            {
                Report($"Page {id} to {delivery.Who}, planned at {delivery.DecidedAt:O}, came to no end by {Record.EndedAt:O}");
            }
        }
        else if (end.State == DeliveryState.Delivered && !attempts.Exists(attempt => attempt.Arrived))
        {
            Report($"Page {id} to {delivery.Who} is said to be delivered and never arrived");
        }

        foreach (var attempt in attempts.Where(attempt => _ended.ContainsKey(id) && attempt.Turns >= end.Turn))
        {
            Report($"Page {id} to {delivery.Who} ended with turn {end.Turn} ({end.State}) and was begun again at {attempt.At:O}");
        }

        foreach (var attempt in attempts.Where(attempt => Content(attempt.Delivery) != Content(delivery)))
        {
            Report($"Under the key {id} went {Content(attempt.Delivery)}, and planned was {Content(delivery)}");
        }

        var arrived = attempts.Where(attempt => attempt.Arrived).ToList();
        if (arrived.Count > 1)
        {
            var crashes = Record.Lives.Count(life => life.From > attempts[0].At && life.From <= attempts[^1].At);
            var unknown = attempts.Count(attempt => attempt.Told == AttemptOutcome.Unknown);
            if (arrived.Count > 1 + crashes + unknown)
            {
                Report($"Page {id} to {delivery.Who} arrived {arrived.Count} times with {crashes} crashes and {unknown} unknown outcomes");
            }
        }
    }

    private static (string, int, string, string) Content(Delivery delivery) =>
        (delivery.IncidentId, delivery.Step, delivery.Who, delivery.Text.Title);
}
