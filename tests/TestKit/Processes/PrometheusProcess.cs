namespace Correlation.TestKit.Processes;

/// <summary>
/// Debian's Prometheus with a configuration of the test and the files (rules) that it names beside it.
/// </summary>
public sealed class PrometheusProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new("prometheus");

    private PrometheusProcess(
        string configuration, IEnumerable<string> flags, IEnumerable<(string Name, string Text)> files)
    {
        foreach (var (name, text) in files)
        {
            _folder.Write(name, text);
        }

        var address = $"127.0.0.1:{FreePort.Next()}";
        Url = $"http://{address}";
        Program = RunningProgram.Start(new ProgramStart(
            "Prometheus",
            [
                "prometheus", $"--config.file={_folder.Write("prometheus.yml", configuration)}",
                $"--storage.tsdb.path={_folder.PathOf("data")}", $"--web.listen-address={address}", .. flags,
            ],
            _folder.Path));
    }

    public string Url { get; }

    public RunningProgram Program { get; }

    public static Task<PrometheusProcess> StartNewAsync(
        string configuration, params IEnumerable<(string Name, string Text)> files) =>
        StartNewAsync(configuration, [], files);

    /// <param name="flags">Further words of its command line.</param>
    public static async Task<PrometheusProcess> StartNewAsync(
        string configuration, IEnumerable<string> flags, params IEnumerable<(string Name, string Text)> files)
    {
        var prometheus = new PrometheusProcess(configuration, flags, files);
        try
        {
            await prometheus.Program.UntilReadyAsync(
                () => HttpReadiness.AnswersAsync($"{prometheus.Url}/-/ready"), Deadline);
            return prometheus;
        }
        catch
        {
            await prometheus.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        _folder.Dispose();
    }
}
