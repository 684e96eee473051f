using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

internal sealed record ReceivedEvent(long Id, string Type, JsonElement Data);

/// <summary>
/// A client of the event stream that keeps to the standard: it remembers the last id, also of a frame without data.
/// </summary>
internal sealed class EventClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventClient(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _lines = new StreamReader(stream);
    }

    public long LastId { get; private set; }

    public static async Task<EventClient> ConnectAsync(HttpClient http, long? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        if (lastId is { } id)
        {
            request.Headers.Add("Last-Event-ID", id.ToString(CultureInfo.InvariantCulture));
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var client = new EventClient(response, await response.Content.ReadAsStreamAsync());

        // The head of the stream ends with an empty line: from here on nothing is missed.
        using var patience = new CancellationTokenSource(Patience);
        Assert.Null(await client.FrameAsync(patience.Token));
        return client;
    }

    public async Task<ReceivedEvent> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (await FrameAsync(patience.Token) is { } received)
            {
                return received;
            }
        }
    }

    public async Task<List<ReceivedEvent>> TakeAsync(int count)
    {
        var taken = new List<ReceivedEvent>();
        while (taken.Count < count)
        {
            taken.Add(await NextAsync());
        }

        return taken;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }

    /// <summary>Null for a frame without data.</summary>
    private async Task<ReceivedEvent?> FrameAsync(CancellationToken cancellationToken)
    {
        var (type, data) = ("message", "");
        while (true)
        {
            var line = await _lines.ReadLineAsync(cancellationToken)
                ?? throw new EndOfStreamException($"The stream ended after event {LastId}.");
            switch (line.Split(": ", 2))
            {
                case [""]:
                    return data.Length == 0
                        ? null
                        : new ReceivedEvent(LastId, type, JsonDocument.Parse(data).RootElement);
                case ["id", var id]:
                    LastId = long.Parse(id, CultureInfo.InvariantCulture);
                    break;
                case ["event", var word]:
                    type = word;
                    break;
                case ["data", var text]:
                    data += text;
                    break;
            }
        }
    }
}
