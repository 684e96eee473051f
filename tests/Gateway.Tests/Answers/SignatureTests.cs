using Correlation.Gateway.Answers;
using Xunit;

namespace Correlation.Gateway.Tests.Answers;

/// <summary>Against vectors that were made by other implementations.</summary>
public sealed class SignatureTests
{
    private const string SlackBody = "payload=%7B%22type%22%3A%22block_actions%22%7D";
    private const string SlackMac = "v0=aeed82c541136141953c87ea2e4d3e2e23eca574610e925acf71341757ecb461";

    private static readonly DateTimeOffset Signed = DateTimeOffset.FromUnixTimeSeconds(1767607200);

    private static readonly Dictionary<string, string> TwilioFields = new()
    {
        ["To"] = "+15550002222",
        ["CallSid"] = "CA1",
        ["From"] = "+15550001111",
        ["Digits"] = "4",
    };

    [Theory]
    [InlineData("slack-demo-secret", "1767607200", SlackMac, SlackBody, 0, true)]
    [InlineData("slack-demo-secret", "1767607200", SlackMac, SlackBody, 299, true)]
    [InlineData("slack-demo-secret", "1767607200", SlackMac, SlackBody, 301, false)]
    [InlineData("slack-demo-secret", "1767607200", SlackMac, SlackBody, -301, false)]
    [InlineData("slack-demo-secreT", "1767607200", SlackMac, SlackBody, 0, false)]
    [InlineData("slack-demo-secret", "1767607201", SlackMac, SlackBody, 0, false)]
    [InlineData("slack-demo-secret", "1767607200", SlackMac, SlackBody + "+", 0, false)]
    [InlineData("slack-demo-secret", "1767607200", "", SlackBody, 0, false)]
    [InlineData("slack-demo-secret", "", SlackMac, SlackBody, 0, false)]
    public void Slack(string secret, string timestamp, string mac, string body, int secondsLater, bool right) =>
        Assert.Equal(right, SlackSignature.IsRight(secret, timestamp, mac, body, Signed.AddSeconds(secondsLater)));

    [Theory]
    [InlineData("twilio-demo-token", "https://oncall.example.test/twilio/voice?incident=inc_42", true)]
    [InlineData("twilio-demo-tokeN", "https://oncall.example.test/twilio/voice?incident=inc_42", false)]
    [InlineData("twilio-demo-token", "http://oncall.example.test/twilio/voice?incident=inc_42", false)]
    [InlineData("twilio-demo-token", "https://oncall.example.test/twilio/voice?incident=inc_43", false)]
    public void Twilio(string token, string url, bool right) =>
        Assert.Equal(right, TwilioSignature.IsRight(token, new Uri(url), TwilioFields, "x8hnpZg8xussRSHpZvkB2VFAcrs="));

    [Fact]
    public void Twilio_signs_every_field()
    {
        var changed = new Dictionary<string, string>(TwilioFields) { ["Digits"] = "6" };

        Assert.False(TwilioSignature.IsRight(
            "twilio-demo-token",
            new Uri("https://oncall.example.test/twilio/voice?incident=inc_42"),
            changed,
            "x8hnpZg8xussRSHpZvkB2VFAcrs="));
    }
}
