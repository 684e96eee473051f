using System.Diagnostics;
using System.Globalization;
using System.Net;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Posts the page as JSON (<see cref="WebhookBody"/>), signed per Standard Webhooks. Settings:
/// <c>url</c> where to, unless the contact has an address of its own; <c>secret</c> to sign with, or several while one
/// is replaced by the next; <c>authorization</c> the value of a header of that name, for receivers that want a token.
/// </summary>
public sealed class WebhookChannel : IChannel, IDisposable
{
    private readonly TimeProvider _clock;
    private readonly HttpClient _client;

    public WebhookChannel(TimeProvider clock)
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
        var version = typeof(WebhookChannel).Assembly.GetName().Version!;
        _client.DefaultRequestHeaders.UserAgent.ParseAdd($"Correlation/{version.ToString(3)}");
    }

    public string Type => "webhook";

    public IEnumerable<SettingFault> Check(Labels settings)
    {
        if (settings.Find("url") is { } url && ReadUrl(url) is null)
        {
            yield return new SettingFault("url", "must be an absolute http or https URL.");
        }

        if (settings.Find("secret") is { } secret && !StandardWebhooks.TryReadKeys(secret, out _))
        {
            yield return new SettingFault("secret", $"must be {StandardWebhooks.SecretForm}.");
        }

        if (settings.Find("authorization") is { } authorization && !authorization.All(c => c is >= ' ' and <= '~'))
        {
            yield return new SettingFault(
                "authorization", "must be one line of printable ASCII, such as 'Bearer ...'.");
        }

        foreach (var unknown in SettingFault.Unknown(settings, "url", "secret", "authorization"))
        {
            yield return unknown;
        }
    }

    public async Task<AttemptResult> SendAsync(
        Channel channel, DeliveryTarget target, Delivery delivery, CancellationToken cancellationToken)
    {
        var address = target.Address.Length > 0 ? target.Address : channel.Settings.Find("url") ?? "";
        if (ReadUrl(address) is not { } url)
        {
            return new AttemptResult(
                AttemptOutcome.Rejected,
                $"Channel '{channel.Name}' has no usable URL for {delivery.Who}: set 'url', or the contact's " +
                "address, to an absolute http or https URL.");
        }

        using var content = new WatchedContent(WebhookBody.Of(delivery));
        using var request = Request(channel.Settings, url, delivery, content);
        try
        {
            using var response = await _client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return new AttemptResult(
                Read(response.StatusCode), $"HTTP {(int)response.StatusCode} from {url.Host}.", RetryAfter(response));
        }
        catch (HttpRequestException broken)
        {
            var cause = broken.GetBaseException().Message;
            return content.WasBegun
                ? new AttemptResult(AttemptOutcome.Unknown, $"{url.Host} took the page and broke off: {cause}")
                : new AttemptResult(AttemptOutcome.Failed, $"{url.Host} cannot be reached: {cause}");
        }
        catch (OperationCanceledException)
        {
            return content.WasBegun
                ? new AttemptResult(AttemptOutcome.Unknown, $"{url.Host} took the page and did not answer in time.")
                : new AttemptResult(AttemptOutcome.Failed, $"{url.Host} did not take a connection in time.");
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Request(Labels settings, Uri url, Delivery delivery, WatchedContent content)
    {
        var id = delivery.Id.ToString("D");
        var timestamp = _clock.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.Add(StandardWebhooks.IdHeader, id);
        request.Headers.Add(StandardWebhooks.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        if (settings.Find("secret") is { } secret)
        {
            var keys = StandardWebhooks.TryReadKeys(secret, out var read)
                ? read
                : throw new UnreachableException("A secret that Check refuses came to an attempt.");
            request.Headers.Add(
                StandardWebhooks.SignatureHeader, StandardWebhooks.Sign(keys, id, timestamp, content.Body.Span));
        }

        if (settings.Find("authorization") is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return request;
    }

    /// <summary>Only 410 says that trying again is in vain: a 404 may be a receiver that is being replaced.</summary>
    private static AttemptOutcome Read(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => AttemptOutcome.Delivered,
        410 => AttemptOutcome.Rejected,
        _ => AttemptOutcome.Failed,
    };

    /// <summary>Of a receiver that is busy or being replaced. In whole seconds, as the header has it.</summary>
    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        (int)response.StatusCode is 429 or 502 or 503 or 504 && response.Headers.RetryAfter is { } asked &&
        (asked.Delta ?? asked.Date - _clock.GetUtcNow()) is { } wait && wait > TimeSpan.Zero
            ? TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds))
            : null;

    private static Uri? ReadUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    /// <summary>Knows whether sending it was begun: before that, the receiver surely has not got it.</summary>
    private sealed class WatchedContent : HttpContent
    {
        public WatchedContent(byte[] body)
        {
            Body = body;
            Headers.ContentType = new("application/json");
        }

        public ReadOnlyMemory<byte> Body { get; }

        public bool WasBegun { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            WasBegun = true;
            return stream.WriteAsync(Body, cancellationToken).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Body.Length;
            return true;
        }
    }
}
