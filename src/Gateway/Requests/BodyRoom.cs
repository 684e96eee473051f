using System.Diagnostics.Metrics;
using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Correlation.Gateway.Requests;

/// <summary>
/// How many bytes of large bodies are in memory at once, in all requests together, from when they are read until their
/// request is answered: what was read of them waits for its turn as long. What does not fit is answered 503. Small
/// bodies are not counted, so that a flood of large ones turns nobody else away; there is one to a connection.
/// </summary>
public sealed class BodyRoom
{
    /// <summary>
    /// Room for two of the largest bodies that are taken. What is made of one while it is read and decided is some
    /// three times as much.
    /// </summary>
    public const long Usual = 64 * 1024 * 1024;

    /// <summary>Bytes of a body that is not counted: a request of 64 alerts has some 45,000.</summary>
    public const int Small = 64 * 1024;

    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(1);

    private readonly long _bytes;
    private readonly Action _turnedAway;
    private readonly Counter<long> _refused;
    private long _used;

    /// <param name="turnedAway">Told of each refusal: who was refused is not silent, and no silence is measured.</param>
    public BodyRoom(Meter meter, Action turnedAway, long bytes = Usual)
    {
        _bytes = bytes;
        _turnedAway = turnedAway;
        _refused = meter.CreateCounter<long>(
            "correlation_bodies_refused_total",
            description: "Requests refused with 503: large bodies had no room in memory.");
        meter.CreateObservableGauge(
            "correlation_bodies_bytes", () => Used, "By",
            "Bytes of large bodies being read, waiting or being decided.");
    }

    public long Used => Volatile.Read(ref _used);

    /// <param name="announced">The body's length; null when its sender does not say.</param>
    /// <returns>What the request holds of it, as much as it has read; given back when it is answered.</returns>
    /// <exception cref="UnavailableException">The body would not fit now.</exception>
    internal static Part Take(HttpContext context, long? announced)
    {
        var room = context.RequestServices.GetRequiredService<BodyRoom>();
        if (room.Used + announced > room._bytes)
        {
            throw room.Refuse();
        }

        var part = new Part(room);
        context.Response.RegisterForDispose(part);
        return part;
    }

    private UnavailableException Refuse()
    {
        _refused.Add(1);
        _turnedAway();
        return new UnavailableException(
            $"Large bodies take {Used} bytes of memory, {_bytes} is the most: send it again, or less in one request",
            ComeAgain);
    }

    /// <summary>Of one request.</summary>
    internal sealed class Part(BodyRoom room) : IDisposable
    {
        private long _held;

        /// <exception cref="UnavailableException">There is no room for so many.</exception>
        public void Grow(long bytes)
        {
            var more = bytes - _held;
            if (more <= 0)
            {
                return;
            }

            _held = bytes;
            if (Interlocked.Add(ref room._used, more) > room._bytes)
            {
                throw room.Refuse();
            }
        }

        /// <summary>It stays held by a request that was refused until that is answered.</summary>
        public void Dispose() => Interlocked.Add(ref room._used, -Interlocked.Exchange(ref _held, 0));
    }
}

public static class BodyServices
{
    /// <summary>Needs a meter among the services.</summary>
    /// <param name="turnedAway">What is told of each refusal.</param>
    public static IServiceCollection AddBodies(
        this IServiceCollection services, Func<IServiceProvider, Action> turnedAway) =>
        services.AddSingleton(s => new BodyRoom(s.GetRequiredService<Meter>(), turnedAway(s)));
}
