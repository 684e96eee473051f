using System.Diagnostics;
using Correlation.Benchmarks.Bodies;

namespace Correlation.Benchmarks.Load;

/// <summary>
/// All connections on one thread: wait for answers, and send the next request where one came. One thread makes more
/// than any server on the same two cores can take, and needs no lock and no wake-up of another.
/// </summary>
internal sealed class LoadLoop : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly LoadOptions _options;
    private readonly RequestTemplate[] _templates;
    private readonly KeySequence _keys;
    private readonly Connection[] _connections;
    private readonly Queue<long> _again = new();
    private readonly Queue<int> _resting = new();
    private readonly Epoll _epoll = new();
    private readonly LatencyHistogram _latencies = new();
    private long _stamp;
    private long _accepted;
    private long _refused;
    private long _broken;
    private int _refusedWith;
    private long _unsent;
    private long _left;
    private double _nextAt;

    public LoadLoop(LoadOptions options)
    {
        _options = options;
        _templates = RequestTemplate.ForEachFirstKind(
            options.Servers[0], options.ApiKey, options.StartsAt, options.Alerts);
        _keys = options.Kind == LoadKind.New
            ? KeySequence.New(options.FirstKey, options.Alerts)
            : KeySequence.Resent(options.Keys, options.Alerts);
        _left = _unsent = options.Kind == LoadKind.Fill ? _keys.RequestsPerRound : long.MaxValue;
        var longest = _templates.Max(template => template.Bytes.Length);
        _connections = [.. Enumerable.Range(0, options.Connections)
            .Select(n => new Connection(options.Servers[n % options.Servers.Count], longest))];
    }

    /// <summary>Runs the lead-in, calls <paramref name="measuring"/>, and measures.</summary>
    public LoadResult Run(Action measuring)
    {
        for (var i = 0; i < _connections.Length; i++)
        {
            _epoll.Watch(_connections[i].Descriptor, i);
            SendNextWhenDue(i);
        }

        _nextAt = Stopwatch.GetTimestamp();

        if (_options.Kind != LoadKind.Fill)
        {
            RunUntil(Stopwatch.GetTimestamp() + Ticks(_options.LeadInSeconds));
        }

        _accepted = _refused = _broken = _refusedWith = 0;
        _latencies.Clear();
        measuring();
        var startedAt = Stopwatch.GetTimestamp();
        var cpuBefore = Environment.CpuUsage.TotalTime;
        RunUntil(_options.Kind == LoadKind.Fill ? long.MaxValue : startedAt + Ticks(_options.Seconds));
        return Result(Stopwatch.GetElapsedTime(startedAt), Environment.CpuUsage.TotalTime - cpuBefore);
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        _epoll.Dispose();
    }

    private void RunUntil(long end)
    {
        var lastAnswer = Stopwatch.GetTimestamp();
        while (_left > 0)
        {
            var ready = _epoll.Wait(IsPaced ? 1 : 100);
            var now = Stopwatch.GetTimestamp();
            if (now >= end)
            {
                return;
            }

            SendDue(now);

            if (ready > 0)
            {
                lastAnswer = now;
            }
            else if (Stopwatch.GetElapsedTime(lastAnswer, now) > Patience)
            {
                throw new TimeoutException(
                    $"{string.Join(", ", _options.Servers)} answered nothing for {Patience.TotalSeconds} s");
            }

            for (var i = 0; i < ready; i++)
            {
                Advance(_epoll.Data(i));
            }
        }
    }

    private void Advance(int index)
    {
        var connection = _connections[index];
        if (connection.HasRest)
        {
            if (!connection.SendRest())
            {
                Reopen(index);
            }
            else if (!connection.HasRest)
            {
                _epoll.Change(connection.Descriptor, index, Epoll.Readable);
            }

            return;
        }

        if (!connection.Receive(out var status))
        {
            Reopen(index);
        }
        else if (status != 0)
        {
            Count(connection, status);
            SendNextWhenDue(index);
        }
    }

    private void Count(Connection connection, int status)
    {
        if (status is >= 200 and < 300)
        {
            _latencies.Add((long)Stopwatch.GetElapsedTime(connection.SentAt).TotalNanoseconds);
            _accepted++;
            _left--;
            return;
        }

        _refused++;
        _refusedWith = status;
        if (_options.Kind == LoadKind.Fill)
        {
            _again.Enqueue(connection.FirstKey);
        }
    }

    private bool IsPaced => _options.Rate > 0;

    private void SendNextWhenDue(int index)
    {
        if (IsPaced)
        {
            _resting.Enqueue(index);
        }
        else
        {
            SendNext(index);
        }
    }

    private void SendDue(long now)
    {
        while (_nextAt <= now && _resting.TryDequeue(out var index))
        {
            SendNext(index);
            _nextAt += Stopwatch.Frequency / _options.Rate;
        }
    }

    private void SendNext(int index)
    {
        if (!TryTakeKey(out var key))
        {
            return;
        }

        var connection = _connections[index];
        var template = _templates[key % _templates.Length];
        template.Stamp(key, _keys.Keys, _options.Kind == LoadKind.Changing ? Value(++_stamp) : null);
        connection.FirstKey = key;
        connection.SentAt = Stopwatch.GetTimestamp();
        if (!connection.Send(template.Bytes))
        {
            Reopen(index);
        }
        else if (connection.HasRest)
        {
            _epoll.Change(connection.Descriptor, index, Epoll.Writable);
        }
    }

    // A fill hands out every key once, and those that were refused again; connections that find none rest.
    private bool TryTakeKey(out long key)
    {
        if (_again.TryDequeue(out key))
        {
            return true;
        }

        if (_unsent == 0)
        {
            return false;
        }

        _unsent--;
        key = _keys.Next();
        return true;
    }

    private void Reopen(int index)
    {
        _broken++;
        if (_broken > 10 * _connections.Length)
        {
            throw new IOException($"{string.Join(", ", _options.Servers)} closes its connections before it answers");
        }

        var connection = _connections[index];
        if (_options.Kind == LoadKind.Fill)
        {
            _again.Enqueue(connection.FirstKey);
        }

        connection.Reopen();
        _epoll.Watch(connection.Descriptor, index);
        SendNext(index);
    }

    private LoadResult Result(TimeSpan elapsed, TimeSpan cpu) => new()
    {
        Accepted = _accepted,
        Refused = _refused,
        RefusedWith = _refusedWith,
        Broken = _broken,
        Alerts = _accepted * _options.Alerts,
        Seconds = elapsed.TotalSeconds,
        P50Milliseconds = _latencies.Percentile(0.5) / 1e6,
        P99Milliseconds = _latencies.Percentile(0.99) / 1e6,
        MaxMilliseconds = _latencies.MaxNanoseconds / 1e6,
        CpuSeconds = cpu.TotalSeconds,
        NextKey = _keys.Unused,
    };

    // A number that runs through all eight digits, so that the text changes as a measurement does.
    private static long Value(long count) => count * 61_803_399 % KeySequence.MostKeys;

    private static long Ticks(double seconds) => (long)(seconds * Stopwatch.Frequency);
}
