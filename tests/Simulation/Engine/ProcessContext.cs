namespace Correlation.Simulation.Engine;

/// <summary>
/// Where the asynchronous parts of one process go on: in the simulation's thread, in order, and nowhere once it is
/// dead. With it the real dispatcher runs without a thread of its own.
/// </summary>
internal sealed class ProcessContext : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback What, object? State)> _posted = new();
    private readonly Queue<Action> _missed = new();

    public bool IsDead { get; private set; }

    /// <summary>It stands still: what comes for it waits until it goes on.</summary>
    public bool IsFrozen { get; private set; }

    public void Kill()
    {
        IsDead = true;
        _posted.Clear();
        _missed.Clear();
    }

    public void Freeze() => IsFrozen = true;

    public void Thaw()
    {
        IsFrozen = false;
        Run(() => { });
        while (_missed.TryDequeue(out var what))
        {
            Run(what);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!IsDead)
        {
            _posted.Enqueue((d, state));
        }
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Nothing in a process waits for another part of it.");

    /// <summary>Runs it, and all that goes on because of it, as this process.</summary>
    public void Run(Action what)
    {
        if (IsFrozen)
        {
            _missed.Enqueue(what);
            return;
        }

        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            what();
            while (!IsFrozen && _posted.TryDequeue(out var posted))
            {
                posted.What(posted.State);
            }
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
