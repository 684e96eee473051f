using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Storm;

/// <summary>
/// Critical alerts, each of a model that nothing connects with anything, and when each was sent: its page is waited
/// for.
/// </summary>
internal sealed class Probes
{
    private const int Most = 100_000;

    private readonly DateTimeOffset[] _sent = new DateTimeOffset[Most];

    /// <summary>The number of the one that comes next.</summary>
    public int Next { get; private set; }

    /// <summary>They page a webhook at once.</summary>
    public static string Ladder(Uri sink) => $$"""
        channels:
          - { name: sink, type: webhook, url: "{{sink}}" }

        escalations:
          - name: at-once
            steps:
              - { after: 0s, notify: "channel:sink" }

        routes:
          - name: probes
            match: cluster="probes"
            escalation: at-once
            group_wait: 0s
            repeat: 7d
        """;

    public DateTimeOffset SentAt(long probe) => _sent[probe];

    public async Task SendAsync(SiloServer server, int count, CancellationToken token)
    {
        for (var i = 0; i < count; i++)
        {
            await SendOneAsync(server, Next++, token);
        }
    }

    /// <summary>One after each pause until it is cancelled, whether or not the one before is answered.</summary>
    public async Task SendSteadilyAsync(SiloServer server, TimeSpan pause, CancellationToken token)
    {
        using var timer = new PeriodicTimer(pause);
        var waiting = new List<Task>();
        try
        {
            while (await timer.WaitForNextTickAsync(token))
            {
                waiting.Add(SendOneAsync(server, Next++, CancellationToken.None));
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
        }

        await Task.WhenAll(waiting);
    }

    private Task SendOneAsync(SiloServer server, int probe, CancellationToken token)
    {
        _sent[probe] = TimeProvider.System.GetUtcNow();
        return Posts.AlertsAsync(
            server, [Posts.Alert("ModelEndpointDown", "model", $"probe_{probe}", "probes", _sent[probe])], token);
    }
}
