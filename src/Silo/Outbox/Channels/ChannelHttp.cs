using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>The HTTP that channels speak: one request, and what is known of it afterwards.</summary>
public sealed class ChannelHttp : IDisposable
{
    /// <summary>An answer that says what it has to say is short; the rest of a longer one is not waited for.</summary>
    private const int LongestAnswer = 64 * 1024;

    private readonly TimeProvider _clock;
    private readonly HttpClient _client;

    public ChannelHttp(TimeProvider clock)
    {
        _clock = clock;
        _client = new HttpClient(new SocketsHttpHandler
        {
            // A redirect would carry the page, and its signature, to a place nobody configured.
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(5),

            // A receiver that moves is found again. Idle connections go before common servers (Node: 5 s) close them,
            // since a request that meets the closing has an unknown outcome.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(4),
        })
        {
            // The caller bounds the attempt.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var version = typeof(ChannelHttp).Assembly.GetName().Version!;
        _client.DefaultRequestHeaders.UserAgent.ParseAdd($"Correlation/{version.ToString(3)}");
    }

    public async Task<HttpAnswer> SendAsync(HttpPost post, CancellationToken cancellationToken)
    {
        var url = post.Url;
        using var content = new WatchedContent(post);
        using var request = new HttpRequestMessage(post.Method, url) { Content = content };
        foreach (var (name, value) in post.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await _client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var text = post.ReadsAnswer ? await ReadAsync(response.Content, cancellationToken) : "";
            return new HttpAnswer(url.Host, response.StatusCode, text, RetryAfter(response));
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            var cause = broken.GetBaseException().Message;
            return Lost(url, content.WasBegun
                ? new AttemptResult(AttemptOutcome.Unknown, $"{url.Host} took the page and broke off: {cause}")
                : new AttemptResult(AttemptOutcome.Failed, $"{url.Host} cannot be reached: {cause}"));
        }
        catch (OperationCanceledException)
        {
            return Lost(url, content.WasBegun
                ? new AttemptResult(AttemptOutcome.Unknown, $"{url.Host} took the page and did not answer in time.")
                : new AttemptResult(AttemptOutcome.Failed, $"{url.Host} did not take a connection in time."));
        }
    }

    public void Dispose() => _client.Dispose();

    private static HttpAnswer Lost(Uri url, AttemptResult result) => new(url.Host, default, "", null) { Lost = result };

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var text = new byte[LongestAnswer];
        var length = await stream.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(text, 0, length);
    }

    /// <summary>Of a receiver that is busy or being replaced. In whole seconds, as the header has it.</summary>
    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        (int)response.StatusCode is 429 or 502 or 503 or 504 && response.Headers.RetryAfter is { } asked &&
        (asked.Delta ?? asked.Date - _clock.GetUtcNow()) is { } wait && wait > TimeSpan.Zero
            ? TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds))
            : null;

    /// <summary>Knows whether sending it was begun: before that, the receiver surely has not got it.</summary>
    private sealed class WatchedContent : HttpContent
    {
        private readonly ReadOnlyMemory<byte> _body;

        public WatchedContent(HttpPost post)
        {
            _body = post.Body;
            Headers.ContentType = MediaTypeHeaderValue.Parse(post.MediaType);
        }

        public bool WasBegun { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            WasBegun = true;
            return stream.WriteAsync(_body, cancellationToken).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _body.Length;
            return true;
        }
    }
}
