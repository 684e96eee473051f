using System.Text;
using System.Text.RegularExpressions;
using System.Web;
using Correlation.TestKit.Processes;

namespace Correlation.TestKit.Peers;

/// <summary>Twilio's API for short messages and calls.</summary>
public sealed partial class TwilioPeer : Peer
{
    public const string Account = "AC0123456789abcdef0123456789abcdef";
    public const string AuthToken = "twilio-secret-token";
    public const string Number = "+15550009999";

    private readonly Received<IReadOnlyDictionary<string, string>> _taken = new();

    /// <summary>The fields of each message and call.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Requests => _taken.All;

    public override int Taken => Requests.Count;

    protected override SinkAnswer Answer(SinkRequest request)
    {
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Account}:{AuthToken}"));
        if (Header(request, "Authorization") != basic)
        {
            return Refused(401, 20003, "Authenticate");
        }

        if (request.Method != "POST" ||
            Header(request, "Content-Type").Split(';')[0] != "application/x-www-form-urlencoded")
        {
            return Refused(400, 21600, "The request must be a form");
        }

        var query = HttpUtility.ParseQueryString(request.Text);
        var fields = query.AllKeys.ToDictionary(name => name!, name => query[name]!);
        var refusal = request.Path switch
        {
            $"/2010-04-01/Accounts/{Account}/Messages.json" => Message(fields),
            $"/2010-04-01/Accounts/{Account}/Calls.json" => Call(fields),
            _ => Refused(404, 20404, $"The requested resource {request.Path} was not found"),
        };
        if (refusal is not null)
        {
            return refusal;
        }

        _taken.Add(fields);
        return Json(201, new { sid = $"{Taken:D34}", status = "queued", to = fields["To"], error_code = (int?)null });
    }

    private static SinkAnswer? Message(Dictionary<string, string> fields) =>
        Parties(fields, "MessagingServiceSid") ??
        (fields.GetValueOrDefault("Body", "").Length is 0 or > 1_600
            ? Refused(400, 21602, "The 'Body' parameter is missing or too long.")
            : null);

    private static SinkAnswer? Call(Dictionary<string, string> fields) =>
        Parties(fields, "") ??
        (Uri.TryCreate(fields.GetValueOrDefault("Url"), UriKind.Absolute, out _)
            ? null
            : Refused(400, 21205, "Url is not a valid URL"));

    private static SinkAnswer? Parties(Dictionary<string, string> fields, string instead) =>
        !PhoneNumber().IsMatch(fields.GetValueOrDefault("To", "")) ? Refused(
            400, 21211, "The 'To' number is not a valid phone number.")
        : fields.GetValueOrDefault("From") == Number || fields.ContainsKey(instead) ? null
        : Refused(400, 21606, "The 'From' phone number is not a number of this account.");

    private static SinkAnswer Refused(int status, int code, string message) =>
        Json(status, new { code, message, more_info = $"https://www.twilio.com/docs/errors/{code}", status });

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}$")]
    private static partial Regex PhoneNumber();
}
