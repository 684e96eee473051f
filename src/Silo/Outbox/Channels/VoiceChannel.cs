using Correlation.Gateway.Answers;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Calls the person by Twilio, which asks us what to say and brings the key that was pressed: 4 acknowledges, 5 passes
/// on, 6 resolves. That Twilio took the call is a delivery until we are told that nobody pressed a key, or are told
/// nothing for too long. Settings: <see cref="TwilioSettings"/>.
/// </summary>
public sealed class VoiceChannel(ChannelHttp http, AnswerLinks links) : IChannel
{
    /// <summary>Less than what most mailboxes wait; a machine is hung up on anyway.</summary>
    private const string RingSeconds = "25";

    /// <summary>
    /// From when Twilio has the call: its turn in the queue, ringing, hearing it twice and pressing a key. Twilio tells
    /// sooner, where it reaches us.
    /// </summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(2);

    public string Type => "voice";

    public bool Gathers => false;

    public IEnumerable<SettingFault> Check(Labels settings) =>
        [.. Setting.Needed(settings, "from", "the number that calls"), .. TwilioSettings.Check(settings)];

    public async Task<AttemptResult> SendAsync(
        Channel channel, DeliveryTarget target, Delivery delivery, CancellationToken cancellationToken)
    {
        var to = Setting.Address(channel, target, "to");
        if (!Setting.IsPhoneNumber(to))
        {
            return Setting.NoAddress(channel, delivery, "to", TwilioSettings.AddressForm);
        }

        if (TwilioSettings.Stage(links, delivery, "begin") is not { } begin)
        {
            return new AttemptResult(
                AttemptOutcome.Rejected,
                "Nobody was called: set CORRELATION_PUBLIC_URL, under which Twilio asks what to say.");
        }

        var post = TwilioSettings.Post(
            channel.Settings,
            "Calls",
            [
                ("To", to), ("From", channel.Settings["from"]), ("Url", begin), ("Method", "POST"),
                ("StatusCallback", TwilioSettings.Stage(links, delivery, "ended")!), ("StatusCallbackMethod", "POST"),
                ("StatusCallbackEvent", "completed"), ("MachineDetection", "Enable"), ("Timeout", RingSeconds),
            ]);
        return TwilioSettings.Read(await http.SendAsync(post, cancellationToken)) with { AnswerWithin = AnswerWithin };
    }
}
