namespace Correlation.EndToEnd.Cluster.Histories;

internal enum Doing
{
    Create,
    Acknowledge,
    Close,
}

internal enum Outcome
{
    /// <summary>Answered 2xx: it is done, for good.</summary>
    Ok,

    /// <summary>Answered 4xx, or no connection was made: it is not done and never will be.</summary>
    Failed,

    /// <summary>Answered 5xx, or not at all: it may be done now, later or never.</summary>
    Unknown,
}

/// <summary>
/// One request as the client saw it that sent it. An alias belongs to one client, which sends one request at a time.
/// </summary>
internal sealed record Operation(
    string Alias, string Entity, Doing Doing, Outcome Outcome, DateTimeOffset Sent, DateTimeOffset Ended, string Said)
{
    public override string ToString() => $"{Doing} sent {Sent:HH:mm:ss.fff}, {Outcome} {Ended:HH:mm:ss.fff}: {Said}";
}
