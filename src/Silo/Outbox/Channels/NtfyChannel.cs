using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Correlation.Gateway.Answers;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Pushes the page to phones through ntfy. Settings: <c>url</c> of the server (https://ntfy.sh); <c>topic</c> unless
/// the contact's address says; <c>token</c>, or <c>username</c> and <c>password</c>, without which there are no
/// buttons. Servers from 2.16 on show what comes later in place; an older one shows it as one more message, without a
/// sound.
/// </summary>
public sealed partial class NtfyChannel(ChannelHttp http, AnswerLinks links) : IChannel
{
    public const string AddressForm = "an ntfy topic of up to 64 letters, digits, '-' and '_'";

    /// <summary>In bytes, as all that follows; the whole JSON may have 8 KB, of which three links take 1 KB.</summary>
    private const int LongestTitle = 750;

    /// <summary>The server takes 4,096 bytes, and makes a file of a longer one where it does not refuse it.</summary>
    private const int LongestMessage = 4_000;

    /// <summary>A link that cannot be followed whole is of no use, and is left out.</summary>
    private const int LongestLink = 500;

    public string Type => "ntfy";

    public bool Gathers => true;

    public static bool IsAddress(string text) => Topic().IsMatch(text);

    public IEnumerable<SettingFault> Check(Labels settings)
    {
        IEnumerable<SettingFault> faults =
        [
            .. Setting.Url(settings),
            .. Setting.Form(settings, "topic", IsAddress, AddressForm),
            .. Setting.Token(settings, "token"),
            .. SettingFault.Unknown(settings, "url", "topic", "token", "username", "password"),
        ];
        return settings.ContainsKey("username") == settings.ContainsKey("password")
            ? faults
            : faults.Append(new SettingFault("password", "and 'username' must both be set, or neither."));
    }

    public async Task<AttemptResult> SendAsync(
        Channel channel, DeliveryTarget target, Delivery delivery, CancellationToken cancellationToken)
    {
        var topic = Setting.Address(channel, target, "topic");
        if (!IsAddress(topic))
        {
            return Setting.NoAddress(channel, delivery, "topic", AddressForm);
        }

        // JSON goes to the root: posted to the topic it would be shown as it is.
        var sequence = delivery.Updates ?? delivery.Id.ToString("N");
        var url = Setting.Root(channel.Settings, "https://ntfy.sh");
        var isReadByAnybody = !channel.Settings.ContainsKey("token") && !channel.Settings.ContainsKey("username");
        var message = Message(topic, sequence, delivery, isReadByAnybody);
        var post = Authorized(channel.Settings, HttpPost.Json(url, message));
        var answer = await http.SendAsync(post, cancellationToken);
        return answer is { Lost: null, IsSuccess: true } && answer.Find("id") is null
            ? answer.Foreign("ntfy")
            : answer.ByStatus(answer.Find("error") ?? "", sequence);
    }

    private static HttpPost Authorized(Labels settings, HttpPost post) =>
        settings.Find("token") is { } token ? post.With("Authorization", $"Bearer {token}")
        : settings.Find("username") is { } user ? post.With("Authorization", Basic(user, settings["password"]))
        : post;

    private static string Basic(string user, string password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    /// <param name="isReadByAnybody">Who guesses the topic may listen, and must not be given the right to
    /// answer.</param>
    private NtfyMessage Message(string topic, string sequence, Delivery delivery, bool isReadByAnybody)
    {
        var text = delivery.Text;
        var standing = text.Standing is null ? "" : $"{text.Standing}\n";
        var words = $"{standing}{text.Team} {text.Entity}\n{text.Body}\n{PageWords.Why(delivery)}";
        return new NtfyMessage(
            topic,
            PageWords.CutBytes(PageWords.Headline(text), LongestTitle),
            PageWords.CutBytes(words, LongestMessage),
            delivery.Updates is null ? Priority(text) : 2,
            [text.Event == PageEvents.Resolved ? "white_check_mark" : "rotating_light"],
            sequence,
            text.Runbook.Length <= LongestLink ? PageWords.Link(text.Runbook) : null,
            PageWords.IsOpen(text) && !isReadByAnybody ? Actions(delivery) : []);
    }

    private IReadOnlyList<NtfyAction> Actions(Delivery delivery) =>
    [
        .. from answer in AnswerWords.All
           let url = links.Find(answer.Action, delivery.IncidentId, delivery.Who, delivery.DecidedAt)
           where url is not null
           select new NtfyAction("http", answer.Label, url, "POST", Clear: true),
    ];

    private static int Priority(PageText text) => text.Priority switch
    {
        Grains.Model.Priority.P1 => 5,
        Grains.Model.Priority.P2 => 4,
        Grains.Model.Priority.P3 => 3,
        Grains.Model.Priority.P4 => 2,
        _ => 1,
    };

    [GeneratedRegex(@"^[-_A-Za-z0-9]{1,64}\z")]
    private static partial Regex Topic();

    private sealed record NtfyMessage(
        string Topic,
        string Title,
        string Message,
        int Priority,
        IReadOnlyList<string> Tags,
        [property: JsonPropertyName("sequence_id")] string SequenceId,
        Uri? Click,
        IReadOnlyList<NtfyAction> Actions);

    /// <summary>The phone posts to the link by itself.</summary>
    private sealed record NtfyAction(string Action, string Label, Uri Url, string Method, bool Clear);
}
