using System.Diagnostics.CodeAnalysis;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Cluster.Intake;

/// <summary>
/// The gateway's end of a connection to the owner. Requests wait while as many batches are under way as may be, and go
/// together with the next one, so that a batch is as large as the owner is busy. A request that was sent is waited for
/// as long as the owner is heard of. When it is not, it may have been decided or not: its sender is told to send it
/// again, and is never told that it was taken.
/// </summary>
internal sealed partial class IntakeChannel(
    Stream stream, TurnedAway turnedAway, TimeProvider time, IntakeMetrics metrics, ILogger<IntakeLink> log) : IDisposable
{
    /// <summary>A request waits so long to be sent.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// An owner that tells nothing for so long is gone, or stands still, and no key it told counts any more.
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    /// <summary>One is decided while the next is on its way.</summary>
    private const int MostUnderWay = 2;

    /// <summary>
    /// Commands; of less than a turn, so that several gateways share one. A single request may have more.
    /// </summary>
    private const int MostInBatch = 2048;

    /// <summary>Commands; more are refused.</summary>
    private const int MostWaiting = 32_768;

    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(1);

    /// <summary>The owner hears of senders that were turned away, though nothing else is to be sent.</summary>
    private static readonly TimeSpan TellWithin = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _some = new(0);
    private readonly SemaphoreSlim _room = new(MostUnderWay);
    private readonly Dictionary<int, List<Waiting>> _underWay = [];
    private readonly Queue<Waiting> _waiting = [];
    private int _waitingCommands;
    private bool _ended;
    private long _heardAt;
    private volatile PolicyVersion? _policy;

    /// <summary>Commands waiting for a batch.</summary>
    public int Depth => Volatile.Read(ref _waitingCommands);

    /// <summary>As the owner told it; null until it has, and when it has not confirmed it for a while.</summary>
    public PolicyVersion? Policy => time.GetElapsedTime(Volatile.Read(ref _heardAt)) < Silence ? _policy : null;

    /// <exception cref="UnavailableException">Too many wait, it could not be sent in time, or the connection ended
    /// before the answer.</exception>
    /// <exception cref="OperationCanceledException">Its sender had gone before it could be sent.</exception>
    public async ValueTask<Answer[]> SendAsync(IntakeRequest request, CancellationToken left)
    {
        var waiting = new Waiting(request, left);
        lock (_gate)
        {
            if (_ended)
            {
                turnedAway.Note();
                throw Unanswered();
            }

            if (_waitingCommands > 0 && _waitingCommands + request.Commands.Count > MostWaiting)
            {
                turnedAway.Note();
                throw new UnavailableException(
                    $"The queue to the process that runs the database is full ({_waitingCommands} commands wait)",
                    ComeAgain);
            }

            _waiting.Enqueue(waiting);
            _waitingCommands += request.Commands.Count;
            if (_waiting.Count == 1)
            {
                _some.Release();
            }
        }

        try
        {
            // A sender that leaves is looked at when its batch is made: what is under way is waited for.
            return await waiting.Task.WaitAsync(Patience, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            return GivesUp(waiting)
                ? throw new UnavailableException(
                    "The process that runs the database is too busy to be sent more.", ComeAgain)
                : await waiting.Task;
        }
    }

    /// <summary>Until the connection ends, for whatever reason; then nobody waits any more.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var sending = EndingAsync(WriteAsync(end.Token), end);
        await EndingAsync(ReadAsync(end.Token), end);
        await sending;
        lock (_gate)
        {
            // Also what was to be said of those before may not have arrived.
            turnedAway.Note();
            _ended = true;
            foreach (var waiting in _underWay.Values.SelectMany(batch => batch).Concat(_waiting))
            {
                waiting.TrySetException(Unanswered());
            }
        }
    }

    public void Dispose()
    {
        _some.Dispose();
        _room.Dispose();
    }

    [SuppressMessage(
        "Design", "CA1031", Justification = "Whatever a connection meets, its senders are told and another is made.")]
    private async Task EndingAsync(Task task, CancellationTokenSource end)
    {
        try
        {
            await task;
        }
        catch (Exception e)
        {
            LogEnded(e is IOException or OperationCanceledException ? LogLevel.Debug : LogLevel.Error, e);
        }
        finally
        {
            await end.CancelAsync();
        }
    }

    private async Task WriteAsync(CancellationToken end)
    {
        var frame = new PackedWriter();
        for (var number = 1; ; number++)
        {
            await _room.WaitAsync(end);
            while (!await _some.WaitAsync(TellWithin, end) && !turnedAway.Any)
            {
            }

            var batch = Take(number);
            frame.Clear();
            IntakeFrames.WriteRequests(
                frame, new IntakeBatch(number, turnedAway.Take(), [.. batch.Select(waiting => waiting.Request)]));
            await stream.WriteAsync(frame.Written, end);
        }
    }

    /// <summary>Unless it is under way.</summary>
    private bool GivesUp(Waiting waiting)
    {
        lock (_gate)
        {
            if (waiting.WasSent)
            {
                return false;
            }

            turnedAway.Note();
            return waiting.TrySetCanceled();
        }
    }

    private List<Waiting> Take(int number)
    {
        var batch = new List<Waiting>();
        var commands = 0;
        lock (_gate)
        {
            while (_waiting.TryPeek(out var next) &&
                (batch.Count == 0 || commands + next.Request.Commands.Count <= MostInBatch))
            {
                _waiting.Dequeue();
                _waitingCommands -= next.Request.Commands.Count;

                // Whoever has given up is not sent, and the owner hears that there was somebody.
                if (next.IsDropped())
                {
                    turnedAway.Note();
                }
                else if (!next.Task.IsCompleted)
                {
                    next.WasSent = true;
                    batch.Add(next);
                    commands += next.Request.Commands.Count;
                }
            }

            _underWay.Add(number, batch);
            if (_waiting.Count > 0)
            {
                _some.Release();
            }
        }

        metrics.Batch(commands);
        return batch;
    }

    private async Task ReadAsync(CancellationToken end)
    {
        using var silence = new CancellationTokenSource(Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end, silence.Token);
        var frames = new FrameReader(stream);
        while (await frames.ReadAsync(either.Token) is var (kind, body))
        {
            Take(kind, body.Span);
            Volatile.Write(ref _heardAt, time.GetTimestamp());
            silence.CancelAfter(Silence);
        }
    }

    private void Take(FrameKind kind, ReadOnlySpan<byte> body)
    {
        switch (kind)
        {
            case FrameKind.Answers:
                Answer(IntakeFrames.ReadAnswers(body));
                break;
            case FrameKind.Policy:
                _policy = EdgePolicy.Read(body);
                break;
            case FrameKind.Alive:
                break;
            default:
                throw new InvalidDataException($"The owner sent a frame of kind {kind}.");
        }
    }

    private void Answer((int Number, List<IntakeOutcome> Outcomes) answered)
    {
        List<Waiting>? batch;
        lock (_gate)
        {
            // What is not answered in full stays under way, and ends with the connection.
            if (!_underWay.TryGetValue(answered.Number, out batch) || batch.Count != answered.Outcomes.Count)
            {
                throw new InvalidDataException(
                    $"The owner answered {answered.Outcomes.Count} requests of batch {answered.Number}, which has {batch?.Count ?? 0}.");
            }

            _underWay.Remove(answered.Number);
        }

        _room.Release();
        foreach (var (waiting, outcome) in batch.Zip(answered.Outcomes))
        {
            _ = outcome.Answers is { } answers
                ? waiting.TrySetResult(answers)
                : waiting.TrySetException(outcome.Unavailable!);
        }
    }

    private static UnavailableException Unanswered() => new(
        "The process that runs the database did not answer; whether it did what was asked is not known. Send it again.",
        ComeAgain);

    [LoggerMessage("The connection to the owner has ended")]
    private partial void LogEnded(LogLevel level, Exception why);

    private sealed class Waiting(IntakeRequest request, CancellationToken left) : TaskCompletionSource<Answer[]>(
        TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public IntakeRequest Request => request;

        /// <summary>Under the channel's lock.</summary>
        public bool WasSent { get; set; }

        /// <summary>True when its sender has gone: then it is not to be sent.</summary>
        public bool IsDropped() => left.IsCancellationRequested && TrySetCanceled(left);
    }
}
