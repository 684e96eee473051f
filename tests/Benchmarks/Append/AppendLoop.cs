using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;

namespace Correlation.Benchmarks.Append;

/// <summary>
/// A shard that decides nothing and remembers nothing: what waits in the inbox becomes one packed log row, one commit,
/// and the answers.
/// </summary>
internal sealed class AppendLoop : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly ShardInbox _inbox;
    private readonly IStore _store;
    private readonly RepeatLog _log = new();
    private readonly Thread _thread;
    private volatile bool _stopping;
    private long _turn;
    private long _position;

    public AppendLoop(ShardInbox inbox, IStore store)
    {
        (_inbox, _store) = (inbox, store);
        _turn = store.Open().Turn;
        _thread = new Thread(Run) { Name = "append", IsBackground = true };
        _thread.Start();
    }

    public void Dispose()
    {
        _stopping = true;
        _inbox.Close();
        _thread.Join();
    }

    private void Run()
    {
        List<Submission> people = [];
        List<Submission.Read> reads = [];
        List<Submission.Request> requests = [];
        while (!_stopping)
        {
            _inbox.Wait(LongestWait);
            _inbox.Swap(ref people, ref reads, ref requests);
            if (requests.Count > 0)
            {
                Turn(requests);
                requests.Clear();
            }
        }
    }

    private void Turn(List<Submission.Request> requests)
    {
        var at = TimeProvider.System.GetUtcNow();
        var first = _position;
        _log.Clear();
        foreach (var request in requests)
        {
            foreach (var command in request.Commands)
            {
                var texts = ((AlertCommand.Receive)command.Command).Signal.Texts;
                _log.Add(new RepeatEntry(0, ++_position, command.To, "Appended", new AlertDelta(1, at, null, texts)));
            }
        }

        _inbox.Release((int)(_position - first), 0, 0);
        try
        {
            _store.Commit(new TurnWrite { Turn = ++_turn, At = at, Repeats = _log.Packed });
        }
        catch (Exception error) when (error is CommitFailedException or CommitUnknownException)
        {
            var why = new UnavailableException(error.Message, TimeSpan.FromSeconds(1), error);
            requests.ForEach(request => request.Fail(why));
            return;
        }

        Answer(requests, first);
    }

    private void Answer(List<Submission.Request> requests, long position)
    {
        foreach (var request in requests)
        {
            for (var i = 0; i < request.Commands.Count; i++)
            {
                var log = new LogPosition(0, ++position, _turn);
                request.Answer(i, new Answer(log, Outcome.Repeat, "Appended", null));
            }
        }
    }
}
