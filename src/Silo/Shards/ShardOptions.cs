using System.ComponentModel.DataAnnotations;

namespace Correlation.Silo.Shards;

/// <summary>Bounds of the loop. Each trades latency or memory against throughput.</summary>
public sealed record ShardOptions
{
    /// <summary>Most commands of one turn taken from intake. A request is never split.</summary>
    [Range(1, 100_000)]
    public int IntakePerTurn { get; init; } = 4096;

    /// <summary>
    /// Most due timers, people's requests, reads and messages of one turn, each. Fewer make turns, and with them pages
    /// during a storm, quicker, and spend more of the time on commits.
    /// </summary>
    [Range(1, 100_000)]
    public int InternalPerTurn { get; init; } = 512;

    /// <summary>
    /// Most messages that are decided in the turn that sent them: what follows from a signal is then written once and
    /// together instead of step by step. The others are stored and wait for a later turn. Enough for one new alert from
    /// each of 256 connections.
    /// </summary>
    [Range(0, 100_000)]
    public int FollowedPerTurn { get; init; } = 4096;

    /// <summary>Commands waiting before intake is refused with 503.</summary>
    [Range(1, 10_000_000)]
    public int IntakeQueue { get; init; } = 100_000;

    /// <summary>
    /// People's requests and results of deliveries waiting before more are refused with 503: far more than people ask,
    /// so that only a client that asks without end meets it.
    /// </summary>
    [Range(1, 10_000_000)]
    public int PeopleQueue { get; init; } = 50_000;

    /// <summary>
    /// Reads waiting before more are refused with 503. A page of an incident makes one per open member.
    /// </summary>
    [Range(1, 10_000_000)]
    public int ReadQueue { get; init; } = 50_000;

    /// <summary>
    /// Grains kept in memory, some 2 to 5 kB each, of which four alerts at rest count as one; clean ones beyond it
    /// leave, least recently used first.
    /// </summary>
    [Range(100, 100_000_000)]
    public int GrainsInMemory { get; init; } = 300_000;

    /// <summary>
    /// An alert that was not heard of for so long leaves memory: longer than Prometheus takes to send it again, and an
    /// Alertmanager's group (5 minutes), for reading it costs as much as a dozen repeats.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan AlertsKeptFor { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>
    /// An open alert of which nothing but repeats has come for so long keeps what these need, some fifth of it; the
    /// whole is read when anything else comes. Longer than an opening takes to be settled.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan AlertsRestAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Incidents, entities and all else that nothing has used for so long leave memory: nothing comes again to them
    /// while nothing happens.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan OthersKeptFor { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// All that is in memory is looked at once in this time, and leaves it or comes to rest then. More often costs turns
    /// that do nothing else.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan MemoryRound { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A checkpoint round begins this long after the one before began.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A round is spread over this long, so that it never competes with intake for a whole turn.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan CheckpointSpread { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>
    /// Grains whose rows may be behind before the checkpoint stops pacing itself; they cannot leave memory until
    /// written.
    /// </summary>
    [Range(1, 100_000_000)]
    public int DirtyGrains { get; init; } = 200_000;

    /// <summary>More than one turn makes dirty.</summary>
    public int HurriedShare => IntakePerTurn + (4 * InternalPerTurn);

    /// <summary>
    /// With nothing to do there is a turn this often: one that comes much later than it should shows that the process
    /// stood still, and then silence is not the senders'.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan IdleTurnEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Open alerts looked at per turn when silences changed.</summary>
    [Range(1, 10_000)]
    public int ReconsiderPerTurn { get; init; } = 500;
}
