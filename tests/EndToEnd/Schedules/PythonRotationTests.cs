using System.Text.Json;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit.Processes;
using NodaTime;
using Xunit;

namespace Correlation.EndToEnd.Schedules;

/// <summary>
/// Common rotations against an implementation in Python, with the clock changes that the machine knows.
/// </summary>
public sealed class PythonRotationTests
{
    private static readonly string[] Zones =
    [
        "UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York", "America/Los_Angeles",
        "Australia/Lord_Howe", "Australia/Adelaide", "Asia/Kathmandu", "Asia/Kolkata", "Pacific/Chatham",
        "Pacific/Auckland",
    ];

    private static readonly (RotationType Type, int Length, int Minutes)[] Turns =
    [
        (RotationType.Hourly, 8, 8 * 60), (RotationType.Daily, 1, 1440), (RotationType.Daily, 3, 3 * 1440),
        (RotationType.Weekly, 1, 7 * 1440), (RotationType.Custom, 12 * 60, 12 * 60),
    ];

    private static readonly (ValueList<TimeWindow> Windows, object[][] Said)[] Hours =
    [
        ([], []),
        ([new TimeWindow(9 * 60, 17 * 60)], [[null!, 9 * 60, 8 * 60]]),
        ([new TimeWindow((22 * 60) + 30, (2 * 60) + 15)], [[null!, (22 * 60) + 30, 225]]),
        (
            [new TimeWindow(18 * 60, 8 * 60, IsoDayOfWeek.Friday, IsoDayOfWeek.Monday), new TimeWindow(60, 180, IsoDayOfWeek.Sunday, IsoDayOfWeek.Sunday)],
            [[4, 18 * 60, 62 * 60], [6, 60, 120]]
        ),
    ];

    [Fact]
    public async Task Common_rotations_are_what_Python_says()
    {
        using var folder = new TempFolder("rotations");
        var cases = Cases().ToList();
        var asked = folder.Write("cases.json", JsonSerializer.Serialize(cases.Select(Said)));
        var answered = folder.PathOf("answers.json");
        var script = Repository.PathOf("tests", "EndToEnd", "Schedules", "rotations.py");
        var run = await Tool.RunAsync("python3", script, asked, answered);
        Assert.True(run.ExitCode == 0, run.Output);

        var answers = JsonSerializer.Deserialize<int[][]>(await File.ReadAllTextAsync(answered))!;
        Assert.Equal(cases.Count, answers.Length);
        foreach (var (one, expected) in cases.Zip(answers))
        {
            var ours = one.Instants.Select(at => Ours(one, at)).ToArray();
            var differs = ours.Zip(expected)
                .Index()
                .FirstOrDefault(pair => pair.Item.First != pair.Item.Second, (-1, default));
            Assert.True(
                differs.Index < 0,
                $"{one.Name} at {one.Instants[Math.Max(0, differs.Index)]}: ours and theirs are {differs.Item}");
        }

        // Or the comparison would agree about nothing.
        Assert.Contains(answers, answer => answer.Contains(-1));
        Assert.All(Enumerable.Range(0, 3), person => Assert.Contains(answers, answer => answer.Contains(person)));
    }

    private static IEnumerable<Case> Cases() =>
        from zone in Zones
        from turn in Turns
        from hours in Hours
        let tzdb = DateTimeZoneProviders.Tzdb[zone]
        select new Case(zone, turn, hours.Windows, hours.Said, [.. Instants(tzdb)]);

    /// <summary>Every quarter of an hour around each clock change of four years, and odd times in between.</summary>
    private static IEnumerable<Instant> Instants(DateTimeZone zone)
    {
        var (from, to) = (Instant.FromUtc(2020, 12, 20, 0, 0), Instant.FromUtc(2025, 1, 1, 0, 0));
        for (var at = from; at < to; at += Duration.FromMinutes(13 * 1439))
        {
            yield return at;
        }

        foreach (var change in zone.GetZoneIntervals(from, to).Where(i => i.HasEnd && i.End < to).Select(i => i.End))
        {
            for (var minutes = -6 * 60; minutes <= 6 * 60; minutes += 15)
            {
                yield return change + Duration.FromMinutes(minutes);
                yield return change + Duration.FromMinutes(minutes) - Duration.FromSeconds(1);
            }
        }
    }

    private static int Ours(Case one, Instant at)
    {
        var onCall = OnCall.At(one.Schedule, [], at.ToDateTimeOffset()).OnCall;
        return onCall.Count == 0 ? -1 : int.Parse(onCall[0].Who.Name, null);
    }

    private static object Said(Case one) => new
    {
        zone = one.Schedule.TimeZone,
        start = "2021-01-04T02:30:00",
        end = "2024-10-27T02:30:00",
        type = one.Turn.Type == RotationType.Hourly ? "hourly" : "wall",
        minutes = one.Turn.Minutes,
        people = 3,
        windows = one.Said,
        instants = one.Instants.Select(at => at.ToUnixTimeSeconds()),
    };

    private sealed record Case(
        string Zone,
        (RotationType Type, int Length, int Minutes) Turn,
        ValueList<TimeWindow> Windows,
        object[][] Said,
        Instant[] Instants)
    {
        public string Name => $"{Zone}, {Turn.Type} {Turn.Length}, {Windows}";

        public Schedule Schedule { get; } = new("duty", "id", "", Zone,
        [
            new Rotation("only", new(2021, 1, 4, 2, 30), Turn.Type, Turn.Length,
                [Participant.User("0"), Participant.User("1"), Participant.User("2")])
            {
                End = new LocalDateTime(2024, 10, 27, 2, 30),
                Restrictions = Windows,
            },
        ],
        null);
    }
}
