using Correlation.TestKit.Processes;

namespace Correlation.EndToEnd.Durability;

/// <summary>The calls by which a process forces files to disk, thread by thread, as strace writes them down.</summary>
internal sealed class Syncs : IDisposable
{
    private readonly TempFolder _folder = new("syncs");
    private readonly string _file;
    private readonly Dictionary<string, int> _byThread = [];
    private StreamReader? _trace;

    /// <param name="file">Name of the file whose syncs count.</param>
    public Syncs(string file) => _file = $"/{file}>";

    /// <summary>Before the words that start the process. -D leaves it its own process id.</summary>
    public IReadOnlyList<string> Prefix =>
        ["strace", "-D", "-f", "-y", "-e", "trace=fsync,fdatasync,sync_file_range", "-o", Trace];

    private string Trace => _folder.PathOf("trace");

    /// <summary>Calls so far of the thread that made most of them. A call is written down before it is made.</summary>
    public int OfBusiestThread()
    {
        _trace ??= new StreamReader(new FileStream(Trace, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (_trace.ReadLine() is { } line)
        {
            // Where another thread cuts a call in two, only its first half names the file.
            if (line.Contains(_file, StringComparison.Ordinal))
            {
                var thread = line[..line.IndexOf(' ', StringComparison.Ordinal)];
                _byThread[thread] = _byThread.GetValueOrDefault(thread) + 1;
            }
        }

        return _byThread.Count == 0 ? 0 : _byThread.Values.Max();
    }

    public void Dispose()
    {
        _trace?.Dispose();
        _folder.Dispose();
    }
}
