using System.Text;
using System.Text.RegularExpressions;
using Correlation.Gateway.Answers;
using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// What calls and short messages have in common. Settings: <c>account_sid</c>, <c>auth_token</c> (with which Twilio's
/// own requests are verified too); <c>from</c> the number that calls; <c>to</c> where a contact names none; <c>url</c>
/// of the API (https://api.twilio.com).
/// </summary>
internal static partial class TwilioSettings
{
    public const string AddressForm = "a phone number such as +15550001111";

    public static IEnumerable<SettingFault> Check(Labels settings, params IReadOnlyList<string> more)
    {
        var faults = Setting.Needed(settings, "account_sid", "the account's SID, which begins with AC")
            .Concat(Setting.Needed(settings, "auth_token", "the account's auth token"))
            .Concat(Setting.Token(settings, "auth_token"))
            .Concat(Setting.Form(settings, "from", Setting.IsPhoneNumber, AddressForm))
            .Concat(Setting.Form(settings, "to", Setting.IsPhoneNumber, AddressForm))
            .Concat(Setting.Url(settings))
            .Concat(SettingFault.Unknown(
                settings, ["account_sid", "auth_token", "from", "to", "url", .. more]));
        return settings.Find("account_sid") is { } sid && !Sid().IsMatch(sid)
            ? faults.Append(new SettingFault("account_sid", "must be AC and 32 hexadecimal digits."))
            : faults;
    }

    /// <param name="resource">Messages or Calls.</param>
    public static HttpPost Post(Labels settings, string resource, IEnumerable<(string Name, string Value)> fields)
    {
        var sid = settings["account_sid"];
        var path = $"2010-04-01/Accounts/{sid}/{resource}.json";
        var secret = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{sid}:{settings["auth_token"]}"));
        return HttpPost.Form(new Uri(Setting.Root(settings, "https://api.twilio.com"), path), fields)
            .With("Authorization", $"Basic {secret}");
    }

    /// <summary>
    /// Where Twilio asks or tells what becomes of this page on this contact, or of the first of those that came as one
    /// message; null where it cannot reach us.
    /// </summary>
    public static string? Stage(AnswerLinks links, Delivery delivery, string stage)
    {
        var token = links.Token(AnswerAction.Call, delivery.IncidentId, delivery.Who, delivery.DecidedAt);
        var page = delivery.Pages?[0].PageId ?? delivery.Id;
        var call = $"?page={page:N}&channel={delivery.Channel}";
        return links.Below($"{AnswerLinks.Root}/call/{token}/{stage}{call}")?.AbsoluteUri;
    }

    public static AttemptResult Read(HttpAnswer answer) =>
        answer is { Lost: null, IsSuccess: true } && answer.Find("sid") is null
            ? answer.Foreign("Twilio")
            : answer.ByStatus(answer.Find("message") ?? answer.Find("status") ?? "");

    [GeneratedRegex(@"^AC[0-9a-fA-F]{32}\z")]
    private static partial Regex Sid();
}
