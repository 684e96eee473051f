namespace Correlation.Benchmarks.Append;

/// <summary>Group commit: requests join the batch that the writer takes next, answered when it is on disk.</summary>
internal sealed class AppendLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _arrived = new(false);
    private readonly IAppendTable _table;
    private readonly Thread _writer;
    private List<AppendRow> _rows = [];
    private List<TaskCompletionSource> _waiting = [];
    private volatile bool _stopping;

    public AppendLog(IAppendTable table)
    {
        _table = table;
        _writer = new Thread(Write) { Name = "append", IsBackground = true };
        _writer.Start();
    }

    /// <summary>Copies the rows before it returns; the task ends when they are on disk.</summary>
    public Task AppendAsync(List<AppendRow> rows)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool first;
        lock (_gate)
        {
            _rows.AddRange(rows);
            _waiting.Add(written);
            first = _waiting.Count == 1;
        }

        if (first)
        {
            _arrived.Set();
        }

        return written.Task;
    }

    public void Dispose()
    {
        _stopping = true;
        _arrived.Set();
        _writer.Join();
        _arrived.Dispose();
    }

    private void Write()
    {
        List<AppendRow> rows = [];
        List<TaskCompletionSource> waiting = [];
        while (_arrived.WaitOne() && !_stopping)
        {
            lock (_gate)
            {
                (rows, _rows) = (_rows, rows);
                (waiting, _waiting) = (_waiting, waiting);
            }

            Answer(waiting, Commit(rows));
            rows.Clear();
            waiting.Clear();
        }
    }

    private IOException? Commit(List<AppendRow> rows)
    {
        try
        {
            _table.Append(rows, TimeProvider.System.GetUtcNow());
            return null;
        }
        catch (IOException error)
        {
            return error;
        }
    }

    private static void Answer(List<TaskCompletionSource> waiting, IOException? error)
    {
        foreach (var written in waiting)
        {
            if (error is null)
            {
                written.SetResult();
            }
            else
            {
                written.SetException(error);
            }
        }
    }
}
