using Correlation.Grains.Policy;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Xunit;

namespace Correlation.Grains.Tests.Schedules;

/// <summary>Against a second, slower way to compute it: walk the hand-offs from the first one on.</summary>
public sealed class OnCallProperties
{
    private static readonly Instant From = Instant.FromUtc(2020, 1, 1, 0, 0);
    private static readonly Instant To = Instant.FromUtc(2031, 1, 1, 0, 0);

    [Fact]
    public void Exactly_one_participant_per_rotation_is_on_call_at_any_instant_after_the_start()
    {
        var zones = Gen.Elements(
            "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca");
        var rotations =
            from type in Gen.Elements(RotationType.Hourly, RotationType.Daily, RotationType.Weekly)
            from length in Gen.Choose(1, 5)
            from minutes in Gen.Choose(0, 60 * 24 * 365)
            from people in Gen.Choose(1, 5)
            select (type, length, minutes, people);
        var cases =
            from zone in zones
            from shapes in Gen.NonEmptyListOf(rotations)
            from seconds in Gen.Choose(0, 86_400 * 2_000)
            select (zone, shapes, seconds);

        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var schedule = Drawn(one.zone, one.shapes);
            var at = From + Duration.FromSeconds(one.seconds);
            var expected = schedule.Rotations.Select(r => Walked(r, one.zone, at)).OfType<string>();
            Assert.Equal(expected, Calendars.On(schedule, at.ToDateTimeOffset()));
        }).QuickCheckThrowOnFailure();
    }

    private static Schedule Drawn(
        string zone, IEnumerable<(RotationType Type, int Length, int Minutes, int People)> shapes) =>
        Calendars.Of(zone, [.. shapes.Select((shape, number) => Calendars.Rotation(
            $"r{number}",
            new LocalDateTime(2020, 1, 1, 0, 0).PlusMinutes(shape.Minutes),
            shape.Type,
            shape.Length,
            [.. Enumerable.Range(0, shape.People).Select(person => $"r{number}p{person}")]))]);

    private static string? Walked(Rotation rotation, string zoneId, Instant at)
    {
        var zone = DateTimeZoneProviders.Tzdb[zoneId];
        var first = zone.AtLeniently(rotation.Start).ToInstant();
        string? person = null;
        for (var turn = 0; HandOff(turn) <= at; turn++)
        {
            person = rotation.Participants[turn % rotation.Participants.Count].Name;
        }

        return person;

        Instant HandOff(int turn) => rotation.Type switch
        {
            RotationType.Hourly => first + Duration.FromHours(turn * rotation.Length),
            RotationType.Daily => zone.AtLeniently(rotation.Start.PlusDays(turn * rotation.Length)).ToInstant(),
            _ => zone.AtLeniently(rotation.Start.PlusWeeks(turn * rotation.Length)).ToInstant(),
        };
    }
}
