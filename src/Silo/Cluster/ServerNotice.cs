namespace Correlation.Silo.Cluster;

/// <summary>
/// What is wrong with the server but stops nothing, for /readyz. Written by the beat, read by any thread.
/// </summary>
public sealed class ServerNotice
{
    private volatile string? _text;

    /// <summary>Null when all is well.</summary>
    public string? Text
    {
        get => _text;
        set => _text = value;
    }
}
