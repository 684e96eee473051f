using Correlation.Grains.Model;

namespace Correlation.Silo.Configuration.Sections;

/// <summary>Where a page goes is said by the contact or by the channel itself, and must be by one of them.</summary>
internal static class ChannelAddress
{
    public static void Check(Reading reading, Field at, DeliveryTarget target) => reading.OnceAllIsRead(policy =>
    {
        var channel = policy.FindChannel(target.Channel);
        (Format<string> Format, string Setting)? address = channel?.Type switch
        {
            "webhook" => (Format.Url, "url"),
            "email" => (Format.EmailAddress, "to"),
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
}
