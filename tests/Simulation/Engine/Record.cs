using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.Simulation.Deliveries;
using Correlation.Simulation.Senders;
using Correlation.TestKit.Memory;

namespace Correlation.Simulation.Engine;

/// <summary>
/// What is seen of a run from outside: the senders' history, the disk's journal, the receivers' history, and when which
/// process lived. Checkers look at nothing else.
/// </summary>
internal sealed class Record
{
    private readonly Dictionary<long, (DateTimeOffset At, int Process)> _commits = [];

    public List<SentRequest> Requests { get; } = [];

    public List<Attempt> Attempts { get; } = [];

    public List<Life> Lives { get; } = [];

    public List<Recovered> Recoveries { get; } = [];

    public List<CommitStep> CrashedAt { get; } = [];

    /// <summary>Processes that stood still, were taken over from, and found that out when they went on.</summary>
    public List<int> Fenced { get; } = [];

    public List<(long Turn, bool Held)> UnknownCommits { get; } = [];

    /// <summary>When commits surely failed.</summary>
    public List<DateTimeOffset> FailedCommits { get; } = [];

    public bool QueueWasFull { get; set; }

    /// <summary>Versions under which a new configuration came in force.</summary>
    public List<long> Editions { get; } = [];

    /// <summary>What was on the disk in the end.</summary>
    public IReadOnlyList<TurnWrite> Journal { get; set; } = [];

    /// <summary>Read from the living process at the end.</summary>
    public Recovered? AtTheEnd { get; set; }

    public DateTimeOffset FaultsOverAt { get; set; }

    public DateTimeOffset EndedAt { get; set; }

    /// <summary>The virtual time and the process of a turn, later those of its number's last owner.</summary>
    public (DateTimeOffset At, int Process) CommitOf(long turn) => _commits.GetValueOrDefault(turn);

    /// <summary>Whether the configuration, and not only a silence, changed between the two versions.</summary>
    public bool EditionsSince(long version, long until) =>
        Editions.Exists(edition => edition > version && edition <= until);

    public void Committed(long turn, DateTimeOffset at, int process) => _commits[turn] = (at, process);
}

/// <summary>One process from its start on.</summary>
/// <param name="Folded">Repeats its recovery folded.</param>
/// <param name="After">How many turns the journal had.</param>
internal sealed record Life(int Process, DateTimeOffset From, int Folded, int After);

/// <summary>What a recovery made of a journal of so many turns.</summary>
internal sealed record Recovered(int Turns, int Decided, IReadOnlyDictionary<GrainId, GrainState> States);
