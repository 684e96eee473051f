using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Correlation.TestKit.Processes;

namespace Correlation.EndToEnd.Durability;

/// <summary>
/// Clients that create and repeat alerts, each as fast as it is answered, and keep book of what they were told. A few
/// hundred aliases are in use at a time; one leaves before Opsgenie's count of 100 would hide how often it was taken.
/// </summary>
internal sealed class Senders : IDisposable
{
    private const int InUse = 300;
    private const int MostPerAlias = 95;
    private const int EntitiesPerRound = 3;

    private readonly Random _random;
    private readonly HttpClient _client;
    private readonly int _clients;
    private readonly List<Alias> _inUse = [];
    private readonly List<Alias> _all = [];
    private readonly HashSet<Alias> _unsettled = [];
    private readonly ConcurrentBag<string> _faults = [];
    private volatile bool _ending;
    private int _round;
    private int _waiting;
    private int _answered;
    private int _lost;

    public Senders(SiloProcess silo, int clients, Random random)
    {
        (_clients, _random) = (clients, random);
        _client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(silo.Url) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("GenieKey", silo.ApiKey);
    }

    /// <summary>Requests that were sent and not answered so far.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Answered with 2xx in this round.</summary>
    public int Answered => Volatile.Read(ref _answered);

    public IReadOnlyList<Alias> Aliases => _all;

    /// <summary>
    /// All clients at work until <see cref="EndRound"/> or, each for itself, until the connection breaks.
    /// </summary>
    public Task BeginRound()
    {
        _round++;
        (_ending, _answered, _lost) = (false, 0, 0);
        _inUse.RemoveAll(alias => alias.Sent >= MostPerAlias || _random.Next(10) == 0);
        while (_inUse.Count < InUse)
        {
            Add();
        }

        return Task.WhenAll(Enumerable.Range(0, _clients).Select(_ => SendAsync()));
    }

    /// <summary>No client sends another request.</summary>
    public void EndRound() => _ending = true;

    /// <summary>Reads every alert that was sent since the last look, with nothing on its way.</summary>
    /// <returns>How many requests of the round are of unknown outcome.</returns>
    public async Task<int> SettleAsync()
    {
        await Parallel.ForEachAsync(_unsettled, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (alias, _) =>
        {
            if (alias.Settle(await CountAsync(alias.Name)) is { } fault)
            {
                _faults.Add($"round {_round}: {fault}");
            }
        });
        _unsettled.Clear();
        Xunit.Assert.True(_faults.IsEmpty, string.Join('\n', _faults.Take(20)));
        return _lost;
    }

    public Task SettleAllAsync()
    {
        _unsettled.UnionWith(_all);
        return SettleAsync();
    }

    public void Dispose() => _client.Dispose();

    private void Add()
    {
        var alias = new Alias($"r{_round}-{_all.Count}", $"node:r{_round}-{_random.Next(EntitiesPerRound)}");
        _inUse.Add(alias);
        _all.Add(alias);
    }

    private async Task SendAsync()
    {
        await Task.Yield();
        while (!_ending)
        {
            var alias = Take();
            Interlocked.Increment(ref _waiting);
            try
            {
                await SendAsync(alias);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
            {
                // No connection, so nothing was sent.
                return;
            }
            catch (HttpRequestException)
            {
                alias.Lost();
                Interlocked.Increment(ref _lost);
                return;
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    private async Task SendAsync(Alias alias)
    {
        using var content = new ReadOnlyMemoryContent(alias.Body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/alerts") { Content = content };

        // The status line is the promise; what follows it may be cut off.
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (response.IsSuccessStatusCode)
        {
            alias.Answered();
            Interlocked.Increment(ref _answered);
        }
        else if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
        {
            _faults.Add($"round {_round}: {alias.Name} was answered {(int)response.StatusCode}");
        }
    }

    private Alias Take()
    {
        lock (_random)
        {
            var place = _random.Next(_inUse.Count);
            if (_inUse[place].Sent >= MostPerAlias)
            {
                _inUse.RemoveAt(place);
                Add();
                place = _inUse.Count - 1;
            }

            var alias = _inUse[place];
            alias.Send();
            _unsettled.Add(alias);
            return alias;
        }
    }

    /// <summary>0 when there is no such alert.</summary>
    private async Task<int> CountAsync(string alias)
    {
        using var response = await _client.GetAsync($"/v2/alerts/{alias}?identifierType=alias");
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return 0;
        }

        response.EnsureSuccessStatusCode();
        return (await Json.ReadAsync(response)).GetProperty("data").GetProperty("count").GetInt32();
    }
}
