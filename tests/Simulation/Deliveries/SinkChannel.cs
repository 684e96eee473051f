using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Deliveries;

/// <summary>A receiver that is reached, is not, or is without the sender ever learning it.</summary>
internal sealed class SinkChannel(string type, World world, SimulatedProcess process) : IChannel
{
    public string Type => type;

    public bool Gathers => false;

    public IEnumerable<SettingFault> Check(Labels settings) => [];

    public async Task<AttemptResult> SendAsync(
        Channel channel, DeliveryTarget target, Delivery delivery, CancellationToken cancellationToken)
    {
        var (arrives, told) = Fate();
        var began = new Attempt(
            delivery, channel.Name, world.Agenda.Now, world.Disk.Journal.Count, process.Number, false, null);
        var number = world.Record.Attempts.Count;
        world.Record.Attempts.Add(began);
        await Task.Delay(world.Agenda.Between(0.01, 0.5), process.Time, cancellationToken);
        world.Record.Attempts[number] = began with { Arrived = arrives };
        await Task.Delay(
            world.Agenda.Between(0.01, told == AttemptOutcome.Unknown ? 6 : 0.5), process.Time, cancellationToken);
        world.Record.Attempts[number] = began with { Arrived = arrives, Told = told };
        return new AttemptResult(told, $"{told} by {channel.Name}");
    }

    /// <summary>For some minutes nothing arrives anywhere: whole climbs reach nobody.</summary>
    private static bool IsDown(DateTimeOffset at) => at.Minute is >= 4 and < 8;

    private (bool Arrives, AttemptOutcome Told) Fate()
    {
        var (faults, agenda) = (world.Faults, world.Agenda);
        if (faults.Has(Fault.UnknownDeliveries) && agenda.Chance(0.2))
        {
            return (agenda.Chance(0.6), AttemptOutcome.Unknown);
        }

        return faults.Has(Fault.FailedDeliveries) && (IsDown(agenda.Now) || agenda.Chance(0.35))
            ? (false, agenda.Chance(0.2) ? AttemptOutcome.Rejected : AttemptOutcome.Failed)
            : (true, AttemptOutcome.Delivered);
    }
}
