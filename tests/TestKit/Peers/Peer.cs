using System.Text.Json;
using Correlation.TestKit.Processes;

namespace Correlation.TestKit.Peers;

/// <summary>
/// The other end of a channel on loopback. It holds its clients to the protocol as the real one does: what that would
/// refuse is refused, in its words.
/// </summary>
public abstract class Peer : IAsyncDisposable
{
    private WebhookSink? _sink;

    public WebhookSink Sink => _sink ?? throw new InvalidOperationException("Start the peer first.");

    public string Url => Sink.Url;

    /// <summary>Messages that it took.</summary>
    public abstract int Taken { get; }

    public async Task StartAsync() => _sink = await WebhookSink.StartNewAsync(Answer);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_sink is not null)
        {
            await _sink.DisposeAsync();
        }
    }

    protected abstract SinkAnswer Answer(SinkRequest request);

    protected static SinkAnswer Json(int status, object body) => new(status, JsonSerializer.Serialize(body))
    {
        Headers = new Dictionary<string, string> { ["Content-Type"] = "application/json" },
    };

    protected static bool IsJson(SinkRequest request) =>
        Header(request, "Content-Type").Split(';')[0] == "application/json";

    protected static string Header(SinkRequest request, string name) => request.Headers.GetValueOrDefault(name, "");

    /// <summary>Empty when it is missing or no text.</summary>
    protected static string Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) &&
        value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    protected static JsonElement Find(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;
}
