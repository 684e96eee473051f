using System.Diagnostics.Metrics;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Silences;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;
using Correlation.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Correlation.Silo.Tests.Commands.Replay;

/// <summary>
/// A service as it runs, on a clock that the test moves: real shard, real store, deliveries that arrive some
/// milliseconds after
/// they were decided, and timers that fire a little late.
/// </summary>
internal sealed class RecordedShard : IDisposable
{
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(7);

    private readonly Meter _meter = new("test");
    private readonly ShardOptions _options = new();
    private readonly IStore _store;
    private readonly PolicyVersion _policy;
    private readonly Queue<Delivery> _toDeliver = new();
    private ShardInbox _inbox;
    private Shard _shard;

    public RecordedShard(IStore store, PolicyVersion policy)
    {
        (_store, _policy) = (store, policy);
        (_inbox, _shard) = Start();
    }

    public DateTimeOffset Now { get; private set; } = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);

    /// <summary>It is down until then; what it was about to deliver is delivered by the next one.</summary>
    public void Outage(TimeSpan time)
    {
        Now += time;
        _inbox.Dispose();
        (_inbox, _shard) = Start();
        Settle();
    }

    public void Publish(PolicyVersion policy)
    {
        _inbox.Add(new Submission.Publish(policy), CommandClass.Person);
        Settle();
    }

    public Answer Send(GrainId to, Command command, CommandClass commandClass = CommandClass.Intake)
    {
        var request = new Submission.Request([new GrainCommand(to, command)], null);
        _inbox.Add(request, commandClass);
        Settle();
        return request.Done.Result[0];
    }

    public void Fire(string alias, string name = "Drift", string service = "churn", TimeSpan? resends = null) =>
        Fire(alias, name, ("service", service), resends);

    public void Fire(string alias, string name, (string Label, string Value) about, TimeSpan? resends = null) => Send(
        new GrainId(GrainKind.Alert, alias),
        new AlertCommand.Receive(new Signal
        {
            Alias = alias,
            Message = $"{name} of {about.Value}",
            Source = "test",
            Labels = Labels.From([new("alertname", name), new(about.Label, about.Value)]),
            EndsAt = Now + resends,
            ResendsWhileFiring = resends is not null,
        }));

    public void Clear(string alias) => Send(
        new GrainId(GrainKind.Alert, alias),
        new AlertCommand.Receive(new Signal { Alias = alias, Message = "", Source = "test", Resolved = true }));

    public void Acknowledge(string alias, string user = "ann") => Send(
        new GrainId(GrainKind.Alert, alias),
        new AlertCommand.Handle(null, new IncidentCommand.Acknowledge(user, "")), CommandClass.Person);

    public void Silence(string id, string matchers, TimeSpan time) => Send(
        new GrainId(GrainKind.Silence, id),
        new SilenceCommand.Set(new Silencing(id, Policies.Match(matchers), Now, Now + time, "ann", "")),
        CommandClass.Person);

    public void Heartbeat(string name, HeartbeatCommand command) =>
        Send(new GrainId(GrainKind.Heartbeat, name), command);

    public GrainId IncidentOf(string alias)
    {
        var read = new Submission.Read(new GrainId(GrainKind.Alert, alias));
        _inbox.Add(read, CommandClass.Person);
        Settle();
        return new GrainId(GrainKind.Incident, ((AlertState)read.Done.Result!).IncidentId!);
    }

    public void Advance(TimeSpan time)
    {
        var end = Now + time;
        for (var next = Settle(); next < end; next = Settle())
        {
            Now = next + Late < end ? next + Late : end;
        }

        Now = end;
    }

    public void Dispose()
    {
        _inbox.Dispose();
        _meter.Dispose();
    }

    private DateTimeOffset Settle()
    {
        while (true)
        {
            var next = _shard.Turn(Now);
            if (next > Now && !Deliver())
            {
                return next;
            }
        }
    }

    private bool Deliver()
    {
        var any = _toDeliver.Count > 0;
        while (_toDeliver.TryDequeue(out var delivery))
        {
            var attempted = new IncidentCommand.Attempted(delivery, AttemptOutcome.Delivered, "it took it");
            _inbox.Add(
                new Submission.Request(
                    [new GrainCommand(new GrainId(GrainKind.Incident, delivery.IncidentId), attempted)], null),
                CommandClass.Person);
        }

        return any;
    }

    private (ShardInbox Inbox, Shard Shard) Start()
    {
        var inbox = new ShardInbox(_options);
        var shard = new Shard(_options, _store, inbox, _policy, new ShardMetrics(_meter, NullLogger<Shard>.Instance))
        {
            Committed = Note,
        };
        shard.Recover(Now);
        return (inbox, shard);
    }

    private void Note(TurnWrite write)
    {
        foreach (var change in write.Outbox)
        {
            if ((change is DeliveryChange.Enqueue enqueue ? enqueue.Delivery : (change as DeliveryChange.Retry)?.Delivery) is { } delivery)
            {
                _toDeliver.Enqueue(delivery);
            }
        }
    }
}
