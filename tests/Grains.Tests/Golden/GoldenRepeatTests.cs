using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Xunit;

namespace Correlation.Grains.Tests.Golden;

/// <summary>The packed repeats of one turn, as they lie in the log.</summary>
public sealed class GoldenRepeatTests
{
    private const string File = "repeats.hex";

    private static readonly DateTimeOffset At = Sample.Of<DateTimeOffset>();

    private static readonly RepeatEntry[] Entries =
    [
        new(
            3,
            9_000_000_001,
            new GrainId(GrainKind.Alert, "churn-ä"),
            "Repeat of an open alert",
            new AlertDelta(1, At, At.AddMinutes(4), Sample.Of<Labels>())),
        new(255, 1, new GrainId(GrainKind.Alert, "b"), "Repeat of an open alert", new AlertDelta(2, At, null, null)),
        new(
            0,
            2,
            new GrainId(GrainKind.Alert, "c"),
            "Repeat of an open alert",
            new AlertDelta(1, At, null, Labels.Empty)),
        new(7, 3, new GrainId(GrainKind.Heartbeat, "nightly"), "PONG - Heartbeat received", new HeartbeatDelta(At)),
        new(8, 4, new GrainId(GrainKind.Incident, "i"), "Alert is already acknowledged", null),
        new(
            9,
            5,
            new GrainId(GrainKind.Incident, "i"),
            "Alert is already acknowledged",
            null,
            new Asked("incident.acknowledge", Sample.Of<Guid>())),
        new(
            9,
            6,
            new GrainId(GrainKind.Alert, "d"),
            "There is no open alert with this alias",
            null,
            new Asked("alert.receive", null)),
    ];

    [Fact]
    public void Repeats_are_packed_as_in_the_file() => GoldenFile.AssertIs(File, Lines(Packed()));

    [Fact]
    public void Stored_repeats_are_read_as_what_they_were() =>
        Assert.Equal(Entries, RepeatLog.Read(Convert.FromHexString(GoldenFile.Read(File).ReplaceLineEndings(""))));

    private static byte[] Packed()
    {
        var log = new RepeatLog();
        foreach (var entry in Entries)
        {
            log.Add(entry);
        }

        return log.Packed.ToArray();
    }

    private static string Lines(byte[] packed) =>
        string.Concat(Convert.ToHexStringLower(packed).Chunk(120).Select(line => new string(line) + "\n"));
}
