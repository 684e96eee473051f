using Correlation.Grains.Model;
using Correlation.Silo.Outbox.Channels;

namespace Correlation.Silo.Configuration.Sections;

/// <summary>Where a page goes is said by the contact or by the channel itself, and must be by one of them.</summary>
internal static class ChannelAddress
{
    public static void Check(Reading reading, Field at, DeliveryTarget target) => reading.OnceAllIsRead(policy =>
    {
        var channel = policy.FindChannel(target.Channel);
        (Format<string> Format, string Setting)? address = channel?.Type switch
        {
            "webhook" or "slack_webhook" or "teams" => (Format.Url, "url"),
            "email" => (Format.EmailAddress, "to"),
            "slack" => (Form(SlackChannel.AddressForm, SlackChannel.IsAddress), "channel"),
            "sms" or "voice" => (Form(TwilioSettings.AddressForm, Setting.IsPhoneNumber), "to"),
            "ntfy" => (Form(NtfyChannel.AddressForm, NtfyChannel.IsAddress), "topic"),
            "pagerduty" => (Form(PagerDutyChannel.AddressForm, PagerDutyChannel.IsAddress), "routing_key"),
            _ => null,
        };
        if (address is not var (format, setting))
        {
            return;
        }

        if (target.Address.Length == 0)
        {
            if (channel!.Settings.Find(setting) is null)
            {
                var what = $"has no address, nor has channel '{channel.Name}' a setting '{setting}'";
                reading.Error(at, what, format.Allowed);
            }
        }
        else if (format.Read(target.Address, out _) is { } wrong)
        {
            reading.Error(at, wrong, format.Allowed);
        }
    });

    private static Format<string> Form(string allowed, Predicate<string> isRight) =>
        Format.Of(allowed, "is not what the channel sends to", isRight);
}
