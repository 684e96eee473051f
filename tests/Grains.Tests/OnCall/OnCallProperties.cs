using Correlation.Grains.Model;
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
            Assert.Equal(expected, OnCall.At(schedule, at.ToDateTimeOffset()));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Around_every_clock_change_of_every_zone_one_person_is_on_call_and_hands_off_once_a_day()
    {
        foreach (var id in DateTimeZoneProviders.Tzdb.Ids)
        {
            var zone = DateTimeZoneProviders.Tzdb[id];
            var ends = zone.GetZoneIntervals(From, To).Where(i => i.HasEnd && i.End < To).Select(i => i.End);
            foreach (var change in ends)
            {
                // A daily hand-off at the very time of day that the change skips or repeats is the hardest one.
                var start = change.InZone(zone).LocalDateTime.PlusDays(-2).PlusMinutes(-15);
                var schedule = Build(id, [new("only", start, RotationType.Daily, 1, ["0", "1", "2", "3", "4", "5"])]);
                var last = -1;
                var (from, to) = (change - Duration.FromHours(30), change + Duration.FromHours(30));
                for (var at = from; at < to; at += Duration.FromMinutes(15))
                {
                    var now = int.Parse(Assert.Single(OnCall.At(schedule, at.ToDateTimeOffset())), null);
                    Assert.True(last < 0 || now == last || now == last + 1, $"{id} at {at}: from {last} to {now}");
                    last = now;
                }
            }
        }
    }

    private static Schedule Drawn(
        string zone, IEnumerable<(RotationType Type, int Length, int Minutes, int People)> shapes) =>
        Build(zone, [.. shapes.Select((shape, number) => new Rotation(
            $"r{number}",
            new LocalDateTime(2020, 1, 1, 0, 0).PlusMinutes(shape.Minutes),
            shape.Type,
            shape.Length,
            Enumerable.Range(0, shape.People).Select(person => $"r{number}p{person}").ToValueList()))]);

    private static Schedule Build(string zone, ValueList<Rotation> rotations) =>
        new("duty", "id", "", zone, rotations, Team: null);

    private static string? Walked(Rotation rotation, string zoneId, Instant at)
    {
        var zone = DateTimeZoneProviders.Tzdb[zoneId];
        var first = zone.AtLeniently(rotation.Start).ToInstant();
        string? person = null;
        for (var turn = 0; HandOff(turn) <= at; turn++)
        {
            person = rotation.Participants[turn % rotation.Participants.Count];
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
