namespace Correlation.Grains.Model;

public enum Outcome : byte
{
    /// <summary>State changed in a way that is written in this commit.</summary>
    Material = 1,

    /// <summary>Only the tally moved, or nothing did: one small log entry.</summary>
    Repeat = 2,

    /// <summary>The command cannot be carried out; the reason says why. State is unchanged.</summary>
    Refused = 3,

    /// <summary>Set by the engine: deciding threw, the command was undone alone and kept as poison.</summary>
    Poison = 4,
}

/// <summary>What a grain makes of a command: the next state and everything that must be committed with it.</summary>
public abstract record Decision
{
    public required Outcome Outcome { get; init; }

    /// <summary>One readable sentence; it is logged, counted and shown.</summary>
    public required string Reason { get; init; }

    /// <summary>Null when unchanged.</summary>
    public abstract GrainState? NextState { get; }

    /// <summary>For a repeat: what was advanced; null when nothing was.</summary>
    public Delta? Delta { get; init; }

    public ValueList<Message> Messages { get; init; } = [];

    public ValueList<TimelineEntry> Timeline { get; init; } = [];

    public ValueList<DeliveryChange> Outbox { get; init; } = [];

    public ValueList<ItemChange> Items { get; init; } = [];

    /// <summary>True: the caller is answered with what the first message's receiver decides, not with this.</summary>
    public bool AnswerFromMessage { get; init; }

    /// <summary>A change to the policy in force (a silence made, ended or edited).</summary>
    public PolicyChange? Publish { get; init; }
}

public sealed record Decision<TState> : Decision
    where TState : GrainState
{
    public TState? State { get; init; }

    public override GrainState? NextState => State;
}

/// <summary>A command from one grain to another; in order per pair, exactly once, decided in a later turn.</summary>
public sealed record Message(GrainId To, Command Command);

/// <summary>What a grain is told. Every family is closed; fired timers, replies and retries are commands too.</summary>
public abstract record Command;

/// <summary>
/// A line in the history of an incident or an alert (<paramref name="Owner"/>), numbered by the engine.
/// </summary>
/// <param name="Type">A stable word such as opened, paged, acknowledged.</param>
/// <param name="Text">One readable sentence.</param>
/// <param name="Actor">Who did it; empty for the engine.</param>
public sealed record TimelineEntry(GrainId Owner, string Type, string Text, string Actor = "");

/// <summary>
/// A child row of <paramref name="Owner"/> (the deciding grain when null): set when <paramref name="Body"/> is given,
/// removed when null.
/// </summary>
/// <param name="Set">Such as members or notes.</param>
/// <param name="Key">Unique in its set; lists are in key order.</param>
/// <param name="Body">A JSON document.</param>
public sealed record ItemChange(string Set, string Key, string? Body, GrainId? Owner = null);

public sealed record Item(string Key, string Body);

/// <summary>A change to the policy made through an API rather than a file.</summary>
public abstract record PolicyChange
{
    private PolicyChange()
    {
    }

    public sealed record SilenceSet(Policy.Silencing Silence) : PolicyChange;

    public sealed record SilenceGone(string Id) : PolicyChange;

    public sealed record MaintenanceSet(Policy.MaintenanceWindow Window) : PolicyChange;

    public sealed record MaintenanceGone(string Id) : PolicyChange;

    public sealed record ContactSet(Policy.MadeContact Contact) : PolicyChange;

    public sealed record ContactGone(string Id) : PolicyChange;

    public sealed record OverrideSet(Policy.Override Override) : PolicyChange;

    public sealed record OverrideGone(string Id) : PolicyChange;

    public sealed record ScheduleSet(Policy.Schedule Schedule) : PolicyChange;

    public sealed record ScheduleGone(string Id) : PolicyChange;

    public sealed record ResourceSet(Resources.Resource Resource) : PolicyChange;

    /// <param name="HeldBack">It may have held alerts back.</param>
    public sealed record ResourceGone(string Id, bool HeldBack = false) : PolicyChange;

    /// <summary>Declared or learnt. It holds nothing back, so open alerts are not looked at again for it.</summary>
    public sealed record TopologyChanged(Topology.TopologyUpdate Update) : PolicyChange;
}
