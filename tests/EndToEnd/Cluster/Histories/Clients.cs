using System.Net.Http.Json;

namespace Correlation.EndToEnd.Cluster.Histories;

/// <summary>
/// Clients that work side by side, each with aliases of its own, on some processes in turn, and write down what they
/// are told. What is not surely done is sent again, as senders do, to the next process.
/// </summary>
internal sealed class Clients(Silos silos, IReadOnlyList<int> processes, History history)
{
    private const int Count = 8;

    /// <summary>Kept alerts of a client that share an entity, and so an incident.</summary>
    private const int PerEntity = 20;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private static readonly Doing[][] Plans =
    [
        [Doing.Create, Doing.Create, Doing.Create],
        [Doing.Create, Doing.Acknowledge, Doing.Create],
        [Doing.Create, Doing.Create, Doing.Close],
        [Doing.Create, Doing.Close, Doing.Create],
    ];

    /// <summary>Alerts that nobody acknowledges or closes: their incidents climb the whole ladder.</summary>
    public static bool IsKept(string entity) => entity.StartsWith("node:kept", StringComparison.Ordinal);

    /// <summary>Until it is ended; then every request has an outcome.</summary>
    public Task RunAsync(CancellationToken ending) => Task.WhenAll(
        Enumerable.Range(0, Count).Select(client => Task.Run(() => RunAsync(client, ending), CancellationToken.None)));

    private async Task RunAsync(int client, CancellationToken ending)
    {
        using var pace = new PeriodicTimer(Pace);
        var sent = client;
        for (var n = 0; ; n++)
        {
            var plan = Plans[n % Plans.Length];
            var isKept = plan == Plans[0];
            var alias = $"{(isKept ? "kept" : "handled")}-{client}-{n}";
            var entity = isKept ? $"node:kept-{client}-{n / PerEntity}" : $"node:{alias}";
            foreach (var doing in plan)
            {
                do
                {
                    if (ending.IsCancellationRequested)
                    {
                        return;
                    }

                    await pace.WaitForNextTickAsync(CancellationToken.None);
                }
                while (await DoAsync(processes[sent++ % processes.Count], alias, entity, doing) != Outcome.Ok);
            }

            // A request that is refused leaves nothing behind.
            alias = $"refused-{client}-{n}";
            await SendAsync(
                processes[sent++ % processes.Count], alias, entity, Doing.Create, "/v2/alerts", new { alias, entity });
        }
    }

    private Task<Outcome> DoAsync(int process, string alias, string entity, Doing doing) => doing switch
    {
        Doing.Create => SendAsync(
            process, alias, entity, doing, "/v2/alerts",
            new { message = "Node is down", alias, entity, priority = "P2" }),
        Doing.Close =>
            SendAsync(
                process, alias, entity, doing, $"/v2/alerts/{alias}/close?identifierType=alias", new { user = "ann" }),
        _ =>
            SendAsync(
                process,
                alias,
                entity,
                doing,
                $"/v2/alerts/{alias}/acknowledge?identifierType=alias",
                new { user = "ann" }),
    };

    private async Task<Outcome> SendAsync(
        int process, string alias, string entity, Doing doing, string path, object body)
    {
        var sent = TimeProvider.System.GetUtcNow();
        Outcome outcome;
        string said;
        try
        {
            // The status line is the promise; what follows it may be cut off.
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
            using var answer = await silos.Client(process).SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            said = $"{(int)answer.StatusCode}";
            outcome = answer.IsSuccessStatusCode ? Outcome.Ok
                : (int)answer.StatusCode < 500 ? Outcome.Failed
                : Outcome.Unknown;
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
        {
            (outcome, said) = (Outcome.Failed, e.Message);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            (outcome, said) = (Outcome.Unknown, e.Message);
        }

        history.Add(new Operation(alias, entity, doing, outcome, sent, TimeProvider.System.GetUtcNow(), said));
        return outcome;
    }
}
