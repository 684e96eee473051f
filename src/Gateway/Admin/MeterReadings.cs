using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Correlation.Gateway.Admin;

/// <summary>Collects what the instruments of the meter <c>Correlation</c> measure, from its creation on.</summary>
public sealed class MeterReadings : IDisposable
{
    public const string MeterName = "Correlation";

    private static readonly double[] Seconds =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly double[] Powers =
        [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16384, 65536, 262144, 1048576];

    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Series> _observed = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Lock _scrape = new();

    public MeterReadings()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == MeterName)
            {
                listener.EnableMeasurementEvents(instrument, SeriesOf(instrument));
            }
        };
        _listener.SetMeasurementEventCallback<long>(
            static (instrument, value, tags, state) => Take(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<int>(
            static (instrument, value, tags, state) => Take(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<double>(
            static (instrument, value, tags, state) => Take(instrument, value, tags, state));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>Asks the observed instruments and writes everything, by name.</summary>
    internal void Write(Exposition page)
    {
        lock (_scrape)
        {
            foreach (var series in _observed.Values)
            {
                series.Clear();
            }

            _listener.RecordObservableInstruments();
            foreach (var series in _series.Values.OrderBy(s => s.Name, StringComparer.Ordinal))
            {
                series.Write(page);
            }
        }
    }

    private static void Take(Instrument instrument, double value, ReadOnlySpan<Tag> tags, object? state)
    {
        var series = (Series)state!;
        if (instrument.IsObservable)
        {
            series.Set(value, tags);
        }
        else if (series.Type == FamilyType.Histogram)
        {
            series.Observe(value, tags);
        }
        else if (IsGauge(instrument))
        {
            series.Set(value, tags);
        }
        else
        {
            series.Add(value, tags);
        }
    }

    private Series SeriesOf(Instrument instrument)
    {
        var type = TypeOf(instrument);
        var series = _series.GetOrAdd(NameOf(instrument, type), name => new Series(
            name,
            type,
            instrument.Description ?? instrument.Name,
            type == FamilyType.Histogram ? BoundsOf(instrument) : []));
        if (instrument.IsObservable)
        {
            _observed[series.Name] = series;
        }

        return series;
    }

    private static FamilyType TypeOf(Instrument instrument) => Generic(instrument) switch
    {
        var t when t == typeof(Histogram<>) => FamilyType.Histogram,
        var t when t == typeof(Counter<>) || t == typeof(ObservableCounter<>) => FamilyType.Counter,
        _ => FamilyType.Gauge,
    };

    private static bool IsGauge(Instrument instrument) => Generic(instrument) == typeof(Gauge<>);

    private static Type Generic(Instrument instrument) => instrument.GetType().GetGenericTypeDefinition();

    /// <summary>As Prometheus names things: the unit at the end, <c>_total</c> after a counter.</summary>
    private static string NameOf(Instrument instrument, FamilyType type)
    {
        var name = Exposition.Name(instrument.Name);
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        if (type == FamilyType.Counter && name.EndsWith("_total", StringComparison.Ordinal))
        {
            return name;
        }

        name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        return type == FamilyType.Counter ? name + "_total" : name;
    }

    private static IReadOnlyList<double> BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => bounds,
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
        _ => instrument.Unit == "s" || instrument.Name.EndsWith("_seconds", StringComparison.Ordinal)
            ? Seconds
            : Powers,
    };
}
