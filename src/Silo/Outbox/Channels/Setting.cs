using System.Text.RegularExpressions;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>Checks that several types of channel share.</summary>
internal static partial class Setting
{
    public const string UrlForm = "must be an absolute http or https URL.";

    public static Uri? ReadUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    /// <summary>The root of an API, to which paths are added.</summary>
    public static Uri Root(Labels settings, string usual) =>
        new((settings.Find("url") ?? usual).TrimEnd('/') + "/");

    public static IEnumerable<SettingFault> Url(Labels settings) =>
        settings.Find("url") is { } url && ReadUrl(url) is null ? [new SettingFault("url", UrlForm)] : [];

    public static IEnumerable<SettingFault> Needed(Labels settings, string key, string what) =>
        settings.Find(key) is { Length: > 0 } ? [] : [new SettingFault(key, $"is missing: {what}.")];

    /// <summary>Something that travels in a header; it is not repeated, as it is a secret.</summary>
    public static IEnumerable<SettingFault> Token(Labels settings, string key) =>
        settings.Find(key) is { } value && !value.All(c => c is > ' ' and <= '~')
            ? [new SettingFault(key, "must be printable ASCII without spaces.")]
            : [];

    public static IEnumerable<SettingFault> Form(Labels settings, string key, Predicate<string> isRight, string form) =>
        settings.Find(key) is { } value && !isRight(value)
            ? [new SettingFault(key, $"must be {form}, and is '{value}'.")]
            : [];

    /// <summary>Where to: what the contact says, else what the channel says.</summary>
    public static string Address(Channel channel, DeliveryTarget target, string key) =>
        target.Address.Length > 0 ? target.Address : channel.Settings.Find(key) ?? "";

    /// <param name="form">What the address must be, such as "an absolute http or https URL".</param>
    public static AttemptResult NoAddress(Channel channel, Delivery delivery, string key, string form) => new(
        AttemptOutcome.Rejected,
        $"Channel '{channel.Name}' has no usable address for {delivery.Who}: set '{key}', or the contact's address, to " +
        $"{form}.");

    /// <summary>Such as +15550001111 (E.164).</summary>
    public static bool IsPhoneNumber(string text) => PhoneNumber().IsMatch(text);

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}\z")]
    private static partial Regex PhoneNumber();
}
