namespace Correlation.Gateway.Seams;

/// <summary>The processes on one store.</summary>
public interface ICluster
{
    /// <exception cref="System.Data.Common.DbException">The store does not answer.</exception>
    ValueTask<IReadOnlyList<ClusterProcess>> ProcessesAsync(CancellationToken cancellationToken);
}

/// <param name="State">One of <see cref="ClusterStates"/>.</param>
/// <param name="Epoch">Which owner it is or was, counted since the database was made; null for one that never
/// was.</param>
/// <param name="SeenAt">Its last sign of life, by the store's clock.</param>
public sealed record ClusterProcess(
    string Id, string Name, string Address, string State, long? Epoch, DateTimeOffset StartedAt, DateTimeOffset SeenAt);

public static class ClusterStates
{
    /// <summary>Runs all partitions.</summary>
    public const string Owner = "owner";

    /// <summary>Takes alerts in for the owner, forwards the rest, and takes over.</summary>
    public const string Standby = "standby";

    /// <summary>As a standby, but never takes over.</summary>
    public const string Gateway = "gateway";
}
