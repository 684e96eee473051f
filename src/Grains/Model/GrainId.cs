namespace Correlation.Grains.Model;

/// <summary>The kinds of grain. The numbers are stored: never reuse one.</summary>
public enum GrainKind : byte
{
    Alert = 1,
    Entity = 2,
    Incident = 3,
    Silence = 4,
    Heartbeat = 5,

    /// <summary>A past episode of an alias, keyed by alert id: it only takes notes and deletion.</summary>
    ClosedAlert = 6,
    SavedSearch = 7,

    /// <summary>An inhibition rule with one set of values of its equal labels.</summary>
    Inhibition = 8,
    Override = 9,

    /// <summary>One that was made through an API.</summary>
    Schedule = 10,

    /// <summary>A window that was made through an API.</summary>
    Maintenance = 11,

    /// <summary>There is one: it changes what is upstream of what.</summary>
    Topology = 12,

    /// <summary>A job whose runs are reported, keyed by URN.</summary>
    Job = 13,

    /// <summary>One that was made through an API.</summary>
    Contact = 14,

    /// <summary>A user, team, escalation or key that was made through an API.</summary>
    Resource = 15,
}

/// <summary>Addresses one grain: a keyed, single-threaded state machine.</summary>
public readonly record struct GrainId(GrainKind Kind, string Key)
{
    public override string ToString() => $"{Kind}/{Key}";
}
