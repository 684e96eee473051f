namespace Correlation.TestKit.Memory;

/// <summary>The steps of a commit after which a test may let something happen.</summary>
public enum CommitStep
{
    /// <summary>Nothing is written yet.</summary>
    Begun,

    /// <summary>Written, but a crash would lose it.</summary>
    Written,

    /// <summary>On disk, but nobody was told.</summary>
    Synced,
}
