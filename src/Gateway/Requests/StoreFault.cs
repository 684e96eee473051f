namespace Correlation.Gateway.Requests;

/// <summary>
/// A store that cannot be read is temporary, like one that cannot be written: every protocol answers it with 503 and
/// when to come again. What the database said stays in the log, since it may name files and hosts.
/// </summary>
internal static class StoreFault
{
    public const string Message = "The store does not answer.";

    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
}
