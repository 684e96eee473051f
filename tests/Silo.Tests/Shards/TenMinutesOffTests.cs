using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

/// <summary>While the service is away no sender can be heard, so an outage says nothing about alerts.</summary>
public sealed class TenMinutesOffTests : IDisposable
{
    private const int Alerts = 1_000;
    private const int Entities = 20;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ShardInMemory _shard = new();

    public void Dispose() => _shard.Dispose();

    [Fact]
    public void A_thousand_firing_alerts_are_neither_resolved_nor_paged_for_again()
    {
        Resend();
        _shard.Advance(Minute);
        var incidents = Aliases.Select(_shard.IncidentOf).Distinct().ToList();
        Assert.Equal(Entities, incidents.Count);
        Assert.All(incidents, incident => Assert.NotEmpty(_shard.Read<IncidentState>(incident)!.Pages));
        foreach (var incident in incidents)
        {
            _shard.Send(
                incident, new IncidentCommand.Person(new IncidentCommand.Acknowledge("primary@example.org", "")));
        }

        // Their silence lasts five minutes before they expire.
        var before = _shard.Journal.Count;
        _shard.Now += TimeSpan.FromMinutes(10);
        _shard.Crash();
        _shard.Advance(Minute);
        for (var minute = 0; minute < 10; minute++)
        {
            Resend();
            _shard.Advance(Minute);
        }

        Assert.All(Aliases, alias => Assert.Equal(AlertStatus.Open, Alert(alias).Status));
        Assert.All(
            incidents,
            incident => Assert.Equal(IncidentStatus.Acknowledged, _shard.Read<IncidentState>(incident)!.Status));
        Assert.DoesNotContain(
            _shard.Journal.Skip(before).SelectMany(turn => turn.Outbox), change => change is DeliveryChange.Enqueue);

        // Now it is the senders who are silent, and we who listen.
        _shard.Advance(6 * Minute);
        Assert.All(Aliases, alias => Assert.Equal(ClosedHow.Expired, Alert(alias).ClosedHow));
    }

    private static IEnumerable<string> Aliases => Enumerable.Range(0, Alerts).Select(n => $"alert-{n}");

    private AlertState Alert(string alias) => _shard.Read<AlertState>(new GrainId(GrainKind.Alert, alias))!;

    private void Resend()
    {
        foreach (var (n, alias) in Aliases.Index())
        {
            _shard.Post(new GrainId(GrainKind.Alert, alias), new AlertCommand.Receive(new Signal
            {
                Alias = alias,
                Message = "down",
                Entity = $"node:{n % Entities}",
                ResendsWhileFiring = true,
            }));
        }

        _shard.Settle();
    }
}
