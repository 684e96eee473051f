using Correlation.Grains.Policy;

namespace Correlation.Simulation.Engine;

/// <summary>
/// Who lives at a simulated place and how it is configured: short times, so that an hour of it is full of events.
/// </summary>
/// <param name="Edition">The configuration after so many changes of it.</param>
/// <param name="HasRota">Somebody stands in for others there, passes pages on, and is called by name.</param>
internal sealed record Site(string Name, IReadOnlyList<string> People, Func<int, PolicyVersion> Edition, bool HasRota);
