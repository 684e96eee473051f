using NodaTime;

namespace Correlation.Grains.Policy;

/// <summary>
/// What a time on the wall is in a zone. One that a clock change leaves out moves forward by as much as was left out.
/// One that comes twice is the first of the two for what begins and the last for what ends: rather two on call than
/// none.
/// </summary>
internal static class WallClock
{
    public static Instant Begin(this DateTimeZone zone, LocalDateTime local) => zone.AtLeniently(local).ToInstant();

    public static Instant End(this DateTimeZone zone, LocalDateTime local)
    {
        var mapping = zone.MapLocal(local);
        return mapping.Count == 2 ? mapping.Last().ToInstant() : zone.Begin(local);
    }

    public static bool IsLeftOut(this DateTimeZone zone, LocalDateTime local) => zone.MapLocal(local).Count == 0;
}
