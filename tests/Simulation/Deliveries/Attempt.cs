using Correlation.Grains.Model;

namespace Correlation.Simulation.Deliveries;

/// <summary>One attempt as the receiver's side saw it.</summary>
/// <param name="Turns">How many turns the journal had when it began.</param>
/// <param name="Arrived">Whether the receiver got it, whatever the sender was told.</param>
/// <param name="Told">What the sender was told; null when it died first.</param>
internal sealed record Attempt(
    Delivery Delivery, string Channel, DateTimeOffset At, int Turns, int Process, bool Arrived, AttemptOutcome? Told);
