namespace Correlation.Silo.Cluster.Intake;

/// <summary>
/// Whether this process has told senders to come again since it last told the owner so: silence that the owner measures
/// may be theirs. It outlives connections. Of any thread.
/// </summary>
internal sealed class TurnedAway
{
    private int _any;

    public bool Any => Volatile.Read(ref _any) != 0;

    public void Note() => Volatile.Write(ref _any, 1);

    public bool Take() => Interlocked.Exchange(ref _any, 0) != 0;
}
