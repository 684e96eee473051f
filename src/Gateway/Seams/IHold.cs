namespace Correlation.Gateway.Seams;

/// <summary>The hold after a restore: nothing that is due is done, and nobody is paged, until it ends.</summary>
public interface IHold
{
    /// <summary>Null when there is none.</summary>
    DateTimeOffset? Since { get; }

    /// <summary>When it ends by itself.</summary>
    DateTimeOffset? Until { get; }

    /// <summary>Ends it, for good.</summary>
    /// <returns>False when there was none.</returns>
    /// <exception cref="UnavailableException">Whether it ended is not known.</exception>
    ValueTask<bool> ReleaseAsync();
}
