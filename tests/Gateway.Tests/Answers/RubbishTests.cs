using System.Text.Json;
using Correlation.Gateway.Answers;
using Xunit;

namespace Correlation.Gateway.Tests.Answers;

/// <summary>
/// Rubbish under a signature that is right: whatever Slack or Twilio may come to send is no fault of ours.
/// </summary>
public sealed class RubbishTests(AnswerServer server) : IClassFixture<AnswerServer>
{
    private static readonly string[] Values =
    [
        "", "4", "5", "6", "44444", "#", "ack", "\0", "\ud83d\ude00", new string('x', 5_000), "null", "-1", "1e999",
        "busy", "completed", "no-answer",
        "machine_start", "human", AnswerServer.AdasPhone, AnswerServer.BobsPhone, "+1", "https://127.0.0.1:1/x", "{}",
        "[]",
    ];

    [Fact]
    public async Task Twilio_is_answered_whatever_it_sends()
    {
        string[] names = ["From", "To", "Body", "Digits", "CallSid", "CallStatus", "AnsweredBy", "MessageSid", "SpeechResult", "é", "payload"];
        var dice = new Random(5);
        var incident = await server.OpenAsync();
        var token = server.Token(AnswerAction.Call, incident);
        string[] paths =
        [
            "/answers/sms", "/answers/call/x/begin",
            .. from stage in new[] { "begin", "keys", "ended", "never" }
               from query in new[] { "", $"?page={incident.Pages[0].Id:N}&channel=0", $"?page={incident.Pages[0].Id:N}&channel=99", "?page=x&channel=y" }
               select $"/answers/call/{token}/{stage}{query}",
        ];
        for (var i = 0; i < 400; i++)
        {
            var path = paths[dice.Next(paths.Length)];
            var fields = names.Where(_ => dice.Next(3) == 0)
                .ToDictionary(name => name, _ => Values[dice.Next(Values.Length)]);
            var (status, body) = await server.TwilioAsync(path, fields);
            Assert.True(status < 500, $"{path} with {JsonSerializer.Serialize(fields)} answered {status} {body}");
        }
    }

    [Fact]
    public async Task Slack_is_answered_whatever_it_sends()
    {
        var dice = new Random(6);
        var token = server.Token(AnswerAction.Acknowledge, await server.OpenAsync());
        for (var i = 0; i < 400; i++)
        {
            var payload = Payload(dice, token, 3);
            var status = (int)await server.SlackAsync(payload);
            Assert.True(status < 500, $"{payload} answered {status}");
        }
    }

    private static string Payload(Random dice, string token, int depth)
    {
        string[] names = ["type", "user", "id", "username", "response_url", "actions", "action_id", "value", "é", ""];
        var text = dice.Next(depth > 0 ? 7 : 4) switch
        {
            0 => "null",
            1 => dice.Next(2) == 0 ? "7" : "true",
            2 => JsonSerializer.Serialize(dice.Next(2) == 0 ? token : AnswerServer.AdaInSlack),
            3 => JsonSerializer.Serialize(Values[dice.Next(Values.Length)]),
            4 =>
                $"[{string.Join(',', Enumerable.Range(0, dice.Next(3)).Select(_ => Payload(dice, token, depth - 1)))}]",
            _ => $"{{{string.Join(',', Enumerable.Range(0, dice.Next(7)).Select(_ => Field()))}}}",
        };
        return dice.Next(20) == 0 ? text[..dice.Next(text.Length + 1)] : text;

        string Field() => $"\"{names[dice.Next(names.Length)]}\":{Payload(dice, token, depth - 1)}";
    }
}
