using System.Globalization;

namespace Correlation.Benchmarks.Bodies;

/// <summary>
/// The order in which keys are sent: re-sent keys come round in a scattered order, each once per round, so that no
/// server profits from neighbours in memory; new keys count up and never come back.
/// </summary>
internal sealed class KeySequence
{
    /// <summary>Keys are stamped as eight digits.</summary>
    public const long MostKeys = 100_000_000;

    private readonly int _alerts;
    private readonly long _batches;
    private readonly long _stride;
    private long _position;
    private long _next;

    private KeySequence(long keys, int alerts, long batches, long stride, long first)
    {
        Keys = keys;
        _alerts = alerts;
        _batches = batches;
        _stride = stride;
        _next = first;
    }

    /// <summary>Keys wrap here; for new keys there is no such number.</summary>
    public long Keys { get; }

    public long RequestsPerRound => _batches;

    public static KeySequence Resent(long keys, int alerts)
    {
        if (keys % AlertKind.All.Length != 0 || keys < alerts || keys > MostKeys)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"--keys must be a multiple of {AlertKind.All.Length} between --alerts ({alerts}) and {MostKeys}, " +
                $"but is {keys}"));
        }

        var batches = (keys + alerts - 1) / alerts;
        return new KeySequence(keys, alerts, batches, StrideFor(batches), 0);
    }

    public static KeySequence New(long first, int alerts) => new(long.MaxValue, alerts, 0, 0, first);

    /// <summary>The first key of the next request; the others follow it.</summary>
    public long Next()
    {
        if (_batches == 0)
        {
            var first = _next;
            _next += _alerts;
            return _next <= MostKeys
                ? first
                : throw new InvalidOperationException($"the run needs more than {MostKeys} new keys; shorten it");
        }

        _position += _stride;
        if (_position >= _batches)
        {
            _position -= _batches;
        }

        return _position * _alerts;
    }

    /// <summary>The first key that this sequence has not used.</summary>
    public long Unused => _next;

    // A stride without a common divisor visits every batch once per round; the golden section scatters best.
    private static long StrideFor(long batches)
    {
        var stride = Math.Max(1, (long)(batches * 0.618));
        while (GreatestCommonDivisor(stride, batches) != 1)
        {
            stride++;
        }

        return stride;
    }

    private static long GreatestCommonDivisor(long a, long b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
