namespace Correlation.Gateway.Seams;

/// <summary>What the silo knows about its own ability to serve.</summary>
public interface IReadiness
{
    Readiness Now { get; }
}

/// <param name="Recovering">Partitions are being read back after a start or a fault: nothing is decided yet.</param>
/// <param name="StoreProblem">Why commits fail at present, such as a full disk; null when they succeed.</param>
/// <param name="ConfigurationError">Why the last reload was not taken over; null when it was.</param>
public sealed record Readiness(bool Recovering, string? StoreProblem, string? ConfigurationError)
{
    /// <summary>
    /// What the latest audit of the open incidents found, or that none has come to an end; null when all is well.
    /// </summary>
    public string? AuditProblem { get; init; }

    /// <summary>
    /// What threatens what is stored and stops nothing now, such as a replica that lags; null when all is well.
    /// </summary>
    public string? StoreNotice { get; init; }

    /// <summary>What was made through an API names what the files no longer have; null when all is there.</summary>
    public string? PolicyNotice { get; init; }

    /// <summary>While the store is on hold after a restore: when that ends by itself.</summary>
    public DateTimeOffset? HeldUntil { get; init; }
}
