using System.Globalization;
using Correlation.TestKit.Processes;

namespace Correlation.EndToEnd.RealClients;

/// <summary>
/// A copy of deploy/config in which the example channel is switched on, as its comments say, and everybody is reached
/// by it. What else differs, a test has changed by name.
/// </summary>
internal sealed class ShippedPolicy : IDisposable
{
    /// <summary>Of the channel: what is to be set as CHAT_SECRET.</summary>
    public const string Secret = "whsec_bWwtcGxhdGZvcm0tZGVtby1zZWNyZXQtMDEyMzQ1Njc4";

    private readonly TempFolder _folder = new("shipped");

    /// <param name="pages">Where the channel posts to.</param>
    public ShippedPolicy(string pages)
    {
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("deploy", "config"), "*.yaml"))
        {
            _folder.Write(Path.GetFileName(file), File.ReadAllText(file));
        }

        Change("users.yaml", "contacts: [{ channel: log }]", "contacts: [{ channel: chat }]");
        Change("channels.yaml", "http://127.0.0.1:9000/pages", pages);
        Change("channels.yaml", "# secret: ${CHAT_SECRET}", "secret: ${CHAT_SECRET}");
        Change("routes.yaml", "group_wait: 5s", "group_wait: 1s");
        Change("routes.yaml", "group_wait: 30s", "group_wait: 1s");
        Change("teams.yaml", "\"22:00-08:00\"", HalfADayAway);
        Change("teams.yaml", "\"20:00-09:00\"", HalfADayAway);
    }

    /// <summary>Quiet hours that are not now, whenever the tests run.</summary>
    private static string HalfADayAway
    {
        get
        {
            var away = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")).AddHours(12);
            return string.Create(CultureInfo.InvariantCulture, $"\"{away:HH}:00-{away:HH}:30\"");
        }
    }

    public SiloSettings Settings => new()
    {
        Configuration = _folder.Path,
        Environment = new Dictionary<string, string?> { ["CHAT_SECRET"] = Secret },
    };

    public void Change(string file, string text, string by) => Change(file, whole => whole.Change(text, by));

    public void Change(string file, Func<string, string> change) =>
        _folder.Write(file, change(File.ReadAllText(_folder.PathOf(file))));

    /// <summary>Lets one more sender in, as keys.yaml says how.</summary>
    /// <returns>The key.</returns>
    public async Task<string> AddKeyAsync(string name)
    {
        var made = await SiloCommand.RunAsync("key", "new", "--name", name);
        if (made.ExitCode != 0)
        {
            throw new InvalidOperationException($"key new exited with {made.ExitCode}: {made.Output}");
        }

        var lines = made.Output.Split('\n');
        var key = lines.Select(line => line.Trim()).First(line => Guid.TryParse(line, out _));
        var entry = lines.SkipWhile(line => line != "keys:").Skip(1);
        Change("keys.yaml", "keys: []", $"keys:\n{string.Join('\n', entry)}");
        return key;
    }

    public void Dispose() => _folder.Dispose();
}
