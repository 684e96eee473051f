using System.Diagnostics;
using System.Globalization;
using System.Net;
using Correlation.Gateway.Answers;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Posts the page as JSON (<see cref="WebhookBody"/>), signed per Standard Webhooks. Settings:
/// <c>url</c> where to, unless the contact has an address of its own; <c>secret</c> to sign with, or several while one
/// is replaced by the next; <c>authorization</c> the value of a header of that name, for receivers that want a token.
/// </summary>
public sealed class WebhookChannel(TimeProvider clock, ChannelHttp http, AnswerLinks links) : IChannel
{
    public string Type => "webhook";

    public bool Gathers => false;

    public IEnumerable<SettingFault> Check(Labels settings)
    {
        foreach (var fault in Setting.Url(settings))
        {
            yield return fault;
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
        if (Setting.ReadUrl(address) is not { } url)
        {
            return new AttemptResult(
                AttemptOutcome.Rejected,
                $"Channel '{channel.Name}' has no usable URL for {delivery.Who}: set 'url', or the contact's " +
                "address, to an absolute http or https URL.");
        }

        var post = new HttpPost(url, "application/json", WebhookBody.Of(delivery, links))
        {
            ReadsAnswer = false,
        };
        post = Authorized(channel.Settings, Signed(channel.Settings, delivery, post));
        var answer = await http.SendAsync(post, cancellationToken);
        return answer.ByStatus() with { Outcome = answer.Lost?.Outcome ?? Read(answer.Status) };
    }

    private static HttpPost Authorized(Labels settings, HttpPost post) =>
        settings.Find("authorization") is { } authorization ? post.With("Authorization", authorization) : post;

    private HttpPost Signed(Labels settings, Delivery delivery, HttpPost post)
    {
        var id = delivery.Id.ToString("D");
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds();
        post = post
            .With(StandardWebhooks.IdHeader, id)
            .With(StandardWebhooks.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        if (settings.Find("secret") is not { } secret)
        {
            return post;
        }

        var keys = StandardWebhooks.TryReadKeys(secret, out var read)
            ? read
            : throw new UnreachableException("A secret that Check refuses came to an attempt.");
        return post.With(StandardWebhooks.SignatureHeader, StandardWebhooks.Sign(keys, id, timestamp, post.Body.Span));
    }

    /// <summary>Only 410 says that trying again is in vain: a 404 may be a receiver that is being replaced.</summary>
    private static AttemptOutcome Read(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => AttemptOutcome.Delivered,
        410 => AttemptOutcome.Rejected,
        _ => AttemptOutcome.Failed,
    };
}
