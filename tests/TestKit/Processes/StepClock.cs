using System.Globalization;

namespace Correlation.TestKit.Processes;

/// <summary>
/// The wall clock of a program, which a test sets while it runs, by libfaketime. Its monotonic clock goes on as it
/// does.
/// </summary>
public sealed class StepClock
{
    private readonly string _file;

    public StepClock(TempFolder folder)
    {
        _file = folder.Write("offset", "+0");
        Environment = new Dictionary<string, string?>
        {
            ["LD_PRELOAD"] = Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu")
                .Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).First(File.Exists),
            ["FAKETIME_TIMESTAMP_FILE"] = _file,
            ["FAKETIME_NO_CACHE"] = "1",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",

            // Else every wait with a deadline is over at once.
            ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
        };
    }

    /// <summary>For the program that is to live by it.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    /// <param name="hours">Ahead of the machine's clock; behind it when negative.</param>
    public void Set(int hours)
    {
        // A reader finds the old file or the new one.
        File.WriteAllText(_file + ".new", string.Create(CultureInfo.InvariantCulture, $"{hours:+0;-0}h"));
        File.Move(_file + ".new", _file, overwrite: true);
    }
}
