using System.Xml.Linq;
using Correlation.Gateway.Answers;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Xunit;

namespace Correlation.Gateway.Tests.Answers;

public sealed class TwilioTests(AnswerServer server) : IClassFixture<AnswerServer>
{
    [Fact]
    public async Task A_call_says_what_it_is_about_and_waits_for_a_key()
    {
        var incident = await server.OpenAsync("Accuracy < 0.9 & falling");

        var said = await CallAsync(incident, "begin", ("AnsweredBy", "human"));

        var gather = said.Element("Gather")!;
        Assert.Equal("1", gather.Attribute("numDigits")!.Value);
        Assert.Equal(
            $"{AnswerServer.Public}{Path(incident, "keys")}", gather.Attribute("action")!.Value);
        Assert.Contains("Accuracy < 0.9 & falling", gather.Element("Say")!.Value, StringComparison.Ordinal);
        Assert.Contains("Press 4 to acknowledge", gather.Element("Say")!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4", IncidentStatus.Acknowledged, "Acknowledged: you have it.")]
    [InlineData("5", IncidentStatus.Open, "Passed on: the next step is paged now.")]
    [InlineData("6", IncidentStatus.Resolved, "It was resolved by ada@example.com.")]
    public async Task A_key_answers(string digit, IncidentStatus expected, string words)
    {
        var incident = await server.OpenAsync();

        var said = await CallAsync(incident, "keys", ("Digits", digit));

        Assert.Equal(words, said.Element("Say")!.Value);
        Assert.Equal(expected, (await server.FindAsync(incident.Id)).Status);
    }

    [Fact]
    public async Task Another_key_is_asked_again()
    {
        var incident = await server.OpenAsync();

        var said = await CallAsync(incident, "keys", ("Digits", "9"));

        Assert.NotNull(said.Element("Gather"));
        Assert.Equal(IncidentStatus.Open, (await server.FindAsync(incident.Id)).Status);
    }

    [Fact]
    public async Task A_machine_that_answers_is_hung_up_on_and_the_page_goes_on_to_the_next_contact()
    {
        var incident = await CalledAsync();

        var said = await CallAsync(incident, "begin", ("AnsweredBy", "machine_start"));

        Assert.Equal("<Response><Hangup /></Response>", said.ToString(SaveOptions.DisableFormatting));
        var page = (await server.FindAsync(incident.Id)).Pages[0];
        Assert.Equal(
            (DeliveryState.Pending, 1, "a machine answered the call"), (page.State, page.Channel, page.Detail));
    }

    [Theory]
    [InlineData("completed", "the call ended and no key had been pressed")]
    [InlineData("no-answer", "nobody answered the call")]
    [InlineData("busy", "the line was busy")]
    [InlineData("failed", "the call did not come about")]
    public async Task A_call_without_a_key_has_reached_nobody(string status, string how)
    {
        var incident = await CalledAsync();

        await CallAsync(incident, "ended", ("CallStatus", status));

        var page = (await server.FindAsync(incident.Id)).Pages[0];
        Assert.Equal((DeliveryState.Pending, 1, how), (page.State, page.Channel, page.Detail));
    }

    [Theory]
    [InlineData("4")]
    [InlineData("5")]
    public async Task A_call_with_a_key_has_reached_somebody(string digit)
    {
        var incident = await CalledAsync();
        await CallAsync(incident, "keys", ("Digits", digit));

        await CallAsync(incident, "ended", ("CallStatus", "completed"));

        Assert.Equal(DeliveryState.Delivered, (await server.FindAsync(incident.Id)).Pages[0].State);
    }

    [Theory]
    [InlineData("4 {0}")]
    [InlineData("ack #{0}")]
    [InlineData(" Acknowledge {0}! ")]
    public async Task A_reply_with_a_number_answers_that_incident(string form)
    {
        var incident = await server.OpenAsync();
        await server.OpenAsync();

        var said = await ReplyAsync(string.Format(null, form, incident.Number));

        Assert.Contains("Acknowledged: you have it.", said, StringComparison.Ordinal);
        Assert.Equal(AnswerServer.Ada, (await server.FindAsync(incident.Id)).AcknowledgedBy);
    }

    [Fact]
    public async Task A_reply_without_a_number_answers_the_latest()
    {
        await server.OpenAsync();
        var incident = await server.OpenAsync();

        await ReplyAsync("6");

        Assert.Equal(IncidentStatus.Resolved, (await server.FindAsync(incident.Id)).Status);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("7")]
    [InlineData("")]
    public async Task A_reply_that_says_nothing_is_told_how(string text) =>
        Assert.Contains("Reply 4 to acknowledge", await ReplyAsync(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("\u0000 \u001b and \ufffe")]
    [InlineData("\U0001F525")]
    public async Task Any_title_can_be_said_and_written(string strange)
    {
        var incident = await server.OpenAsync(string.Concat(Enumerable.Repeat(strange + " ", 150)));

        Assert.NotNull((await CallAsync(incident, "begin", ("AnsweredBy", "human"))).Element("Gather"));
        Assert.Contains(
            "Acknowledged: you have it.", await ReplyAsync($"4 {incident.Number}"), StringComparison.Ordinal);
        Assert.Equal(AnswerServer.Ada, (await server.FindAsync(incident.Id)).AcknowledgedBy);
    }

    [Fact]
    public async Task A_reply_without_a_number_answers_what_nobody_has_before_what_the_sender_has()
    {
        var open = await server.OpenAsync();
        var held = await server.OpenAsync();
        await server.ActAsync(held, new IncidentCommand.Acknowledge(AnswerServer.Ada, ""));

        await ReplyAsync("6");

        Assert.Equal(
            (IncidentStatus.Resolved, IncidentStatus.Acknowledged),
            ((await server.FindAsync(open.Id)).Status, (await server.FindAsync(held.Id)).Status));
    }

    [Fact]
    public async Task A_number_for_which_the_sender_was_not_paged_is_left_alone()
    {
        var incident = await server.OpenAsync();

        var said = await ReplyAsync($"6 {incident.Number}", AnswerServer.BobsPhone);

        Assert.Contains(
            $"You were paged for no incident {incident.Number} that is open.", said, StringComparison.Ordinal);
        Assert.Equal(IncidentStatus.Open, (await server.FindAsync(incident.Id)).Status);
    }

    [Theory]
    [InlineData("undelivered", 1)]
    [InlineData("failed", 1)]
    [InlineData("delivered", 0)]
    public async Task A_message_that_no_telephone_got_goes_on_to_the_next_contact(string status, int contact)
    {
        var incident = await CalledAsync();

        await CallAsync(incident, "sent", ("MessageStatus", status));

        Assert.Equal(contact, (await server.FindAsync(incident.Id)).Pages[0].Channel);
    }

    [Fact]
    public async Task Who_is_no_user_any_more_answers_no_call()
    {
        var incident = await server.OpenAsync();
        var token = server.Token(AnswerAction.Call, incident, "gone@example.com");

        var (_, said) = await server.TwilioAsync(
            $"/answers/call/{token}/keys", new Dictionary<string, string> { ["Digits"] = "6" });

        Assert.Contains("You are no user here any more.", said, StringComparison.Ordinal);
        Assert.Equal(IncidentStatus.Open, (await server.FindAsync(incident.Id)).Status);
    }

    [Fact]
    public async Task A_number_nobody_here_has_is_told_nothing()
    {
        var incident = await server.OpenAsync();

        var said = await ReplyAsync($"4 {incident.Number}", "+15559999999");

        Assert.Equal("<Response />", said);
        Assert.Equal(IncidentStatus.Open, (await server.FindAsync(incident.Id)).Status);
    }

    [Fact]
    public async Task What_Twilio_did_not_sign_does_nothing()
    {
        var incident = await server.OpenAsync();
        var digits = new Dictionary<string, string> { ["Digits"] = "6" };

        Assert.Equal(403, (await server.TwilioAsync(Path(incident, "keys"), digits, "wrong-token")).Status);
        using var unsigned = new FormUrlEncodedContent(digits);
        using var response = await server.Http.PostAsync(Path(incident, "keys"), unsigned);
        Assert.Equal(403, (int)response.StatusCode);

        Assert.Equal(IncidentStatus.Open, (await server.FindAsync(incident.Id)).Status);
    }

    [Fact]
    public async Task A_link_to_answer_is_no_right_to_call()
    {
        var incident = await server.OpenAsync();
        var path = $"/answers/call/{server.Token(AnswerAction.Acknowledge, incident)}/keys";

        var (_, said) = await server.TwilioAsync(path, new Dictionary<string, string> { ["Digits"] = "6" });

        Assert.Contains("This call is too old.", said, StringComparison.Ordinal);
        Assert.Equal(IncidentStatus.Open, (await server.FindAsync(incident.Id)).Status);
    }

    private string Path(IncidentState incident, string stage) =>
        $"/answers/call/{server.Token(AnswerAction.Call, incident)}/{stage}?page={incident.Pages[0].Id:N}&channel=0";

    /// <summary>Twilio took the call to Ada's telephone.</summary>
    private async Task<IncidentState> CalledAsync()
    {
        var incident = await server.OpenAsync();
        var page = incident.Pages[0];
        var delivery = new Delivery
        {
            Id = page.Id,
            IncidentId = incident.Id,
            Step = page.Step,
            Who = page.Who,
            Targets = page.Targets,
            NotBefore = page.At,
            DecidedAt = page.At,
            Reason = page.Reason,
            Text = new PageText("incident.page", "", "", Priority.P2, "", 1, "", "", "", 1, page.At),
        };
        await server.Grains.SendAsync(
            incident.Grain,
            new IncidentCommand.Attempted(delivery, AttemptOutcome.Delivered, "Twilio took it."),
            CommandClass.Person);
        return await server.FindAsync(incident.Id);
    }

    private async Task<XElement> CallAsync(
        IncidentState incident, string stage, params (string Name, string Value)[] fields)
    {
        var all = fields.Append(("CallSid", "CA" + incident.Number)).ToDictionary(f => f.Item1, f => f.Item2);
        var (status, body) = await server.TwilioAsync(Path(incident, stage), all);
        Assert.Equal(200, status);
        return body.Length == 0 ? new XElement("nothing") : XDocument.Parse(body).Root!;
    }

    private async Task<string> ReplyAsync(string text, string from = AnswerServer.AdasPhone)
    {
        var (status, body) = await server.TwilioAsync(
            "/answers/sms",
            new Dictionary<string, string> { ["From"] = from, ["Body"] = text, ["MessageSid"] = $"SM{Guid.NewGuid():N}" });
        Assert.Equal(200, status);
        return XDocument.Parse(body).Root!.ToString(SaveOptions.DisableFormatting);
    }
}
