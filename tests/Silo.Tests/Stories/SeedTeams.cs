using Correlation.Grains.Policy;
using Correlation.Silo.Tests.Configuration;
using Correlation.TestKit.Processes;
using Correlation.TestKit.Stories;

namespace Correlation.Silo.Tests.Stories;

/// <summary>The shipped configuration on virtual time.</summary>
internal static class SeedTeams
{
    /// <summary>Who is paged when, and not why: no alert waits for others or is watched.</summary>
    public static readonly PolicyVersion Policy = Read();

    /// <summary>In winter: Berlin is an hour ahead of UTC.</summary>
    private static PolicyVersion Read()
    {
        var policy = FolderReading.At(Repository.PathOf("deploy", "config")).Policy!;
        return policy with { Version = 7, Settings = policy.Settings with { Correlation = new() } };
    }

    public static Story On(int month, int day) =>
        new(Policy, "Europe/Berlin", new DateTimeOffset(2026, month, day, 0, 0, 0, TimeSpan.FromHours(1)));

    /// <summary>Names without their domain, for reading.</summary>
    public static string Told(this Story story, bool brief) =>
        brief ? story.Told().Replace("@example.com", "", StringComparison.Ordinal) : story.Told();
}
