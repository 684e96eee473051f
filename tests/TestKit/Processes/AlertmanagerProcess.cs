namespace Correlation.TestKit.Processes;

/// <summary>Debian's Alertmanager with a configuration of the test, alone: it looks for no peers.</summary>
public sealed class AlertmanagerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new("alertmanager");

    private AlertmanagerProcess(string configuration)
    {
        var address = $"127.0.0.1:{FreePort.Next()}";
        Url = $"http://{address}";
        Program = RunningProgram.Start(new ProgramStart(
            "Alertmanager",
            [
                "prometheus-alertmanager", $"--config.file={_folder.Write("alertmanager.yml", configuration)}",
                $"--storage.path={_folder.PathOf("data")}", $"--web.listen-address={address}",
                "--cluster.listen-address=",
                "--log.level=debug",
            ],
            _folder.Path));
    }

    public string Url { get; }

    public RunningProgram Program { get; }

    public static async Task<AlertmanagerProcess> StartNewAsync(string configuration)
    {
        var alertmanager = new AlertmanagerProcess(configuration);
        try
        {
            await alertmanager.Program.UntilReadyAsync(
                () => HttpReadiness.AnswersAsync($"{alertmanager.Url}/-/ready"), Deadline);
            return alertmanager;
        }
        catch
        {
            await alertmanager.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        _folder.Dispose();
    }
}
