using Correlation.Gateway.Seams;
using Correlation.Grains.Model;

namespace Correlation.Silo.Commands.Replay;

/// <summary>What came from outside in one recorded turn.</summary>
internal sealed record RecordedTurn(long Turn, DateTimeOffset At)
{
    public List<Told> Commands { get; } = [];

    /// <summary>Silence counts from now on: the service has started, or had refused or missed what was sent.</summary>
    public bool Listens { get; set; }

    /// <summary>The service has started in this turn: it decided nothing since the turn before.</summary>
    public bool Started { get; set; }

    /// <summary>The version that came in force; null when none did.</summary>
    public long? PolicyVersion { get; set; }
}

/// <param name="Was">What became of it when it was recorded.</param>
internal readonly record struct Told(GrainCommand Command, string Type, Outcome Was);
