using System.Diagnostics.CodeAnalysis;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;
using Correlation.Silo.Shards;

namespace Correlation.Silo.Cluster.Intake;

/// <summary>
/// The owner's end of a gateway's connection: it hands the requests of each batch to the grains and answers when all of
/// them are decided. How much is under way at once is the gateway's to bound. Between the answers it tells the policy.
/// </summary>
internal sealed partial class IntakeConnection(
    Stream stream, IGrains grains, ShardInbox inbox, AdministratorKey administrator, TimeProvider time, ILogger<IntakeConnection> log) : IDisposable
{
    /// <summary>How often a gateway hears of the owner, and with that how soon a changed key counts there.</summary>
    public static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(1);

    /// <summary>A gateway that takes nothing for so long has long given up.</summary>
    private static readonly TimeSpan WriteWithin = 2 * IntakeChannel.Silence;

    private readonly SemaphoreSlim _writing = new(1);
    private readonly PackedWriter _frame = new();
    private readonly List<Task> _deciding = [];
    private readonly CancellationTokenSource _gone = new();

    /// <summary>It takes no answers: half a frame may be in it.</summary>
    public bool IsBroken => _gone.IsCancellationRequested;

    /// <summary>
    /// Until the gateway leaves, sends what nobody understands, or this process stops: what is under way then is still
    /// answered.
    /// </summary>
    [SuppressMessage(
        "Design", "CA1031", Justification = "Whatever a gateway sends, it is the only one that is not served.")]
    public async Task RunAsync(CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping, _gone.Token);
        var telling = TellAsync(end.Token);
        try
        {
            await ReadAsync(end.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It is the gateway that tells its senders what it does not hear of.
        }
        catch (Exception e)
        {
            LogNotUnderstood(e);
        }
        finally
        {
            if (!stopping.IsCancellationRequested)
            {
                // Whoever sends to it may be told to come again while it does not reach us.
                inbox.NoteTurnedAway();
            }

            await end.CancelAsync();
            await Task.WhenAll([telling, .. _deciding]);
        }
    }

    public void Dispose()
    {
        _writing.Dispose();
        _gone.Dispose();
    }

    private async Task ReadAsync(CancellationToken end)
    {
        var frames = new FrameReader(stream);
        while (await frames.ReadAsync(end) is { } frame)
        {
            if (frame.Kind != FrameKind.Requests)
            {
                throw new InvalidDataException($"A gateway sent a frame of kind {frame.Kind}.");
            }

            var batch = IntakeFrames.ReadRequests(frame.Body.Span);
            if (batch.TurnedAway)
            {
                inbox.NoteTurnedAway();
            }

            _deciding.RemoveAll(task => task.IsCompleted);
            _deciding.Add(AnswerAsync(batch));
        }
    }

    private async Task AnswerAsync(IntakeBatch batch)
    {
        var outcomes = await Task.WhenAll(batch.Requests.Select(DecideAsync));
        await WriteAsync(to => IntakeFrames.WriteAnswers(to, batch.Number, outcomes));
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "A request that is not answered would hold up its batch, and all that come after it.")]
    private async Task<IntakeOutcome> DecideAsync(IntakeRequest request)
    {
        try
        {
            return new IntakeOutcome(await grains.SendAsync(request.Commands, request.Class), null);
        }
        catch (UnavailableException why)
        {
            return new IntakeOutcome(null, why);
        }
        catch (Exception why)
        {
            LogFailed(why);
            return new IntakeOutcome(
                null,
                new UnavailableException("The request failed inside the service; its log has the cause.", ComeAgain));
        }
    }

    private async Task TellAsync(CancellationToken end)
    {
        PolicyVersion? seen = null;
        byte[] told = [];
        using var timer = new PeriodicTimer(TellEvery, time);
        try
        {
            do
            {
                var policy = grains.Policy;
                var document = ReferenceEquals(policy, seen) ? told : EdgePolicy.Write(policy, administrator);
                var kind = document.AsSpan().SequenceEqual(told) ? FrameKind.Alive : FrameKind.Policy;
                (seen, told) = (policy, document);
                await WriteAsync(to => IntakeFrames.Write(to, kind, kind == FrameKind.Policy ? document : []));
            }
            while (await timer.WaitForNextTickAsync(end));
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
    }

    private async Task WriteAsync(Action<PackedWriter> write)
    {
        await _writing.WaitAsync();
        try
        {
            if (IsBroken)
            {
                return;
            }

            using var late = new CancellationTokenSource(WriteWithin, time);
            _frame.Clear();
            write(_frame);
            await stream.WriteAsync(_frame.Written, late.Token);
            await stream.FlushAsync(late.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            await _gone.CancelAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    [LoggerMessage(LogLevel.Error, "A request of a gateway failed")]
    private partial void LogFailed(Exception why);

    [LoggerMessage(LogLevel.Warning, "A gateway's connection is closed: what it sent is not understood")]
    private partial void LogNotUnderstood(Exception why);
}
