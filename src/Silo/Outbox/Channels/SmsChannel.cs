using Correlation.Gateway.Answers;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Sends the page as a short message by Twilio, which is answered by a reply. That Twilio took it is a delivery
/// until we are told that no telephone got it. Settings: <see cref="TwilioSettings"/>, and
/// <c>messaging_service_sid</c> in place of <c>from</c>.
/// </summary>
public sealed class SmsChannel(ChannelHttp http, AnswerLinks links) : IChannel
{
    /// <summary>Two to four parts, by the alphabet: a page costs no more, and its end is not lost.</summary>
    private const int LongestTitle = 160;

    public string Type => "sms";

    public bool Gathers => true;

    public IEnumerable<SettingFault> Check(Labels settings)
    {
        var faults = TwilioSettings.Check(settings, "messaging_service_sid");
        return settings.ContainsKey("from") == settings.ContainsKey("messaging_service_sid")
            ? faults.Append(new SettingFault("from", "or 'messaging_service_sid' must be set, and not both."))
            : faults;
    }

    public async Task<AttemptResult> SendAsync(
        Channel channel, DeliveryTarget target, Delivery delivery, CancellationToken cancellationToken)
    {
        var settings = channel.Settings;
        var to = Setting.Address(channel, target, "to");
        if (!Setting.IsPhoneNumber(to))
        {
            return Setting.NoAddress(channel, delivery, "to", TwilioSettings.AddressForm);
        }

        var from = settings.Find("from") is { } number
            ? ("From", number)
            : ("MessagingServiceSid", settings["messaging_service_sid"]);
        (string, string)[] told = TwilioSettings.Stage(links, delivery, "sent") is { } sent
            ? [("StatusCallback", sent)]
            : [];
        var post = TwilioSettings.Post(
            settings, "Messages", [("To", to), from, ("Body", Text(delivery.Text)), .. told]);
        var result = TwilioSettings.Read(await http.SendAsync(post, cancellationToken));
        return result with { MayFailLater = told.Length > 0 && result.Outcome == AttemptOutcome.Delivered };
    }

    /// <summary>A reply comes back to us only where Twilio reaches us.</summary>
    private string Text(PageText text)
    {
        var headline = string.Concat(PageWords.Headline(text).Select(c => char.IsControl(c) ? ' ' : c));
        var about = $"{PageWords.Cut(headline, LongestTitle)} ({text.Team}, {(text.MemberCount == 1 ? "1 alert" : $"{text.MemberCount} alerts")})";
        return links.PublicUrl is null ? about
            : text.Event == PageEvents.Summary ? $"{about}. Reply 4 and its number to acknowledge one"
            : $"{about}. Reply 4 {text.Number} to acknowledge, 5 {text.Number}: not me, 6 {text.Number}: resolve";
    }
}
