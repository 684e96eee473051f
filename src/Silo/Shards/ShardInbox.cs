using Correlation.Gateway.Seams;

namespace Correlation.Silo.Shards;

/// <summary>
/// Where callers leave work for the loop: lists behind one short lock, swapped by the loop. Each is bounded and refused
/// when full, intake in commands, what people do and what is read in requests: pages full of members must not turn an
/// acknowledgement away. A new configuration is never refused.
/// </summary>
public sealed class ShardInbox(ShardOptions options) : IDisposable
{
    private readonly Lock _gate = new();

    // A kernel event and no semaphore that spins first: the cores have better things to do while the loop waits.
    private readonly AutoResetEvent _wake = new(false);
    private List<Submission> _people = [];
    private List<Submission.Read> _reads = [];
    private List<Submission.Request> _intake = [];
    private int _intakeCommands;
    private int _peopleRequests;
    private int _readRequests;
    private bool _sleeping;
    private bool _refusedSince;
    private long _refused;
    private string? _refusal;
    private bool _closed;

    /// <summary>Commands waiting, for metrics.</summary>
    public int Depth => Volatile.Read(ref _intakeCommands);

    /// <summary>Requests of people waiting.</summary>
    public int PeopleWaiting => Volatile.Read(ref _peopleRequests);

    /// <summary>Commands that were not taken, since the start.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>While set, intake is refused with this reason; people still get through.</summary>
    public string? IntakeRefusal
    {
        get => Volatile.Read(ref _refusal);
        set => Volatile.Write(ref _refusal, value);
    }

    /// <exception cref="UnavailableException">The queue is full, intake is closed or the process is
    /// stopping.</exception>
    public void Add(Submission submission, CommandClass commandClass)
    {
        bool wake;
        lock (_gate)
        {
            if (_closed)
            {
                throw Refuse_NeedsLock(submission, "The service is stopping", TimeSpan.FromSeconds(2));
            }

            if (commandClass == CommandClass.Intake && submission is Submission.Request request)
            {
                AddIntake_NeedsLock(request);
            }
            else if (submission is Submission.Read read)
            {
                AddRead_NeedsLock(read);
            }
            else
            {
                AddOfPeople_NeedsLock(submission);
            }

            wake = _sleeping;
            _sleeping = false;
        }

        if (wake)
        {
            _wake.Set();
        }
    }

    /// <summary>Everything that waits, in order; the given lists become the new waiting ones.</summary>
    public void Swap(
        ref List<Submission> people, ref List<Submission.Read> reads, ref List<Submission.Request> intake)
    {
        lock (_gate)
        {
            (people, _people) = (_people, people);
            (reads, _reads) = (_reads, reads);
            (intake, _intake) = (_intake, intake);
        }
    }

    /// <summary>
    /// Told when what was taken by <see cref="Swap"/> is in a turn or has failed; less than 0 when it waits again.
    /// </summary>
    public void Release(int intakeCommands, int peopleRequests, int reads)
    {
        lock (_gate)
        {
            _intakeCommands -= intakeCommands;
            _peopleRequests -= peopleRequests;
            _readRequests -= reads;
        }
    }

    /// <summary>Senders were turned away somewhere else, by a process that takes intake for this one.</summary>
    public void NoteTurnedAway()
    {
        lock (_gate)
        {
            _refusedSince = true;
        }

        Wake();
    }

    /// <summary>Whether intake was refused since the last call: then we have not listened.</summary>
    public bool TakeRefused()
    {
        lock (_gate)
        {
            var refused = _refusedSince;
            _refusedSince = false;
            return refused;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }

        Wake();
    }

    public void Wake()
    {
        lock (_gate)
        {
            if (!_sleeping)
            {
                return;
            }

            _sleeping = false;
        }

        _wake.Set();
    }

    public void Dispose() => _wake.Dispose();

    /// <summary>Sleeps until something is added, <see cref="Wake"/> is called or the time is over.</summary>
    public void Wait(TimeSpan longest)
    {
        lock (_gate)
        {
            // Once closed the loop drains: it must not sleep through what Close and Wake told it before.
            if (_closed || _people.Count + _reads.Count + _intake.Count > 0)
            {
                return;
            }

            _sleeping = true;
        }

        if (!_wake.WaitOne(longest))
        {
            lock (_gate)
            {
                _sleeping = false;
            }

            // A wake-up between the time-out and the lock must not wake the next sleep.
            _wake.WaitOne(0);
        }
    }

    private void AddIntake_NeedsLock(Submission.Request request)
    {
        // An empty queue takes any request, or one larger than the bound could never be served.
        var full = _intakeCommands > 0 && _intakeCommands + request.Commands.Count > options.IntakeQueue;
        if (full || _refusal is not null)
        {
            _refusedSince = true;
            throw Refuse_NeedsLock(
                request, _refusal ?? $"The intake queue is full ({_intakeCommands} commands wait)",
                TimeSpan.FromSeconds(1));
        }

        _intakeCommands += request.Commands.Count;
        _intake.Add(request);
    }

    private void AddOfPeople_NeedsLock(Submission submission)
    {
        if (_peopleRequests >= options.PeopleQueue && submission is not Submission.Publish)
        {
            throw Refuse_NeedsLock(
                submission, $"The queue of people's requests is full ({_peopleRequests} wait)",
                TimeSpan.FromSeconds(1));
        }

        _peopleRequests++;
        _people.Add(submission);
    }

    private void AddRead_NeedsLock(Submission.Read read)
    {
        if (_readRequests >= options.ReadQueue)
        {
            throw Refuse_NeedsLock(read, $"The queue of reads is full ({_readRequests} wait)", TimeSpan.FromSeconds(1));
        }

        _readRequests++;
        _reads.Add(read);
    }

    private UnavailableException Refuse_NeedsLock(Submission submission, string reason, TimeSpan retryAfter)
    {
        _refused += submission is Submission.Request request ? request.Commands.Count : 0;
        return new UnavailableException(reason, retryAfter);
    }
}
