using System.Net;
using System.Text.Json;
using Correlation.Gateway.Answers;
using Correlation.Grains.Incidents;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Gateway.Tests.Answers;

public sealed class SlackClickTests(AnswerServer server) : IClassFixture<AnswerServer>, IAsyncLifetime
{
    private WebhookSink _slack = null!;

    public async Task InitializeAsync() => _slack = await WebhookSink.StartNewAsync();

    public async Task DisposeAsync() => await _slack.DisposeAsync();

    [Fact]
    public async Task A_click_acknowledges_as_the_user_whom_Slack_vouches_for_and_tells_them_alone()
    {
        var incident = await server.OpenAsync();

        Assert.Equal(
            HttpStatusCode.OK,
            await ClickAsync(AnswerServer.AdaInSlack, server.Token(AnswerAction.Acknowledge, incident, "ml-chat")));

        var after = await server.FindAsync(incident.Id);
        Assert.Equal((IncidentStatus.Acknowledged, AnswerServer.Ada), (after.Status, after.AcknowledgedBy));
        var reply = (await ToldAsync(1))[0].Json;
        Assert.Equal("ephemeral", reply.GetProperty("response_type").GetString());
        Assert.False(reply.GetProperty("replace_original").GetBoolean());
        Assert.Equal("Acknowledged: you have it.", reply.GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_second_click_is_told_who_has_it()
    {
        var incident = await server.OpenAsync();
        var token = server.Token(AnswerAction.Acknowledge, incident);
        await ClickAsync("U0BOB00001", token);
        await ToldAsync(1);

        await ClickAsync(AnswerServer.AdaInSlack, token);

        Assert.Equal(
            $"It was acknowledged by {AnswerServer.Bob}.",
            (await ToldAsync(2))[1].Json.GetProperty("text").GetString());
        Assert.Equal(AnswerServer.Bob, (await server.FindAsync(incident.Id)).AcknowledgedBy);
    }

    [Fact]
    public async Task Who_is_no_user_here_does_nothing_and_is_told_why()
    {
        var incident = await server.OpenAsync();

        await ClickAsync("U0STRANGER", server.Token(AnswerAction.Acknowledge, incident));

        Assert.Contains(
            "let 'U0STRANGER' be added to your contacts",
            (await ToldAsync(1))[0].Json.GetProperty("text").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(IncidentStatus.Open, (await server.FindAsync(incident.Id)).Status);
    }

    [Fact]
    public async Task Slack_does_not_wait_until_who_clicked_is_told()
    {
        await _slack.DisposeAsync();
        _slack = await WebhookSink.StartNewAsync(_ => SinkAnswer.Hang);
        var incident = await server.OpenAsync();

        var status = await ClickAsync(AnswerServer.AdaInSlack, server.Token(AnswerAction.Acknowledge, incident))
            .WaitAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(HttpStatusCode.OK, status);
        await ToldAsync(1);
    }

    [Theory]
    [InlineData("wrong-secret", 0)]
    [InlineData(AnswerServer.SigningSecret, -301)]
    public async Task A_click_that_Slack_did_not_sign_just_now_does_nothing(string secret, int age)
    {
        var incident = await server.OpenAsync();

        var status = await ClickAsync(
            AnswerServer.AdaInSlack, server.Token(AnswerAction.Acknowledge, incident), secret,
            TimeSpan.FromSeconds(age));

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal(IncidentStatus.Open, (await server.FindAsync(incident.Id)).Status);
        Assert.Empty(_slack.Requests);
    }

    [Fact]
    public async Task A_button_whose_meaning_we_did_not_sign_does_nothing()
    {
        Assert.Equal(HttpStatusCode.OK, await ClickAsync(AnswerServer.AdaInSlack, "forged"));

        Assert.Equal("This button is too old.", (await ToldAsync(1))[0].Json.GetProperty("text").GetString());
    }

    [Fact]
    public async Task The_right_to_tell_of_a_call_is_no_answer()
    {
        var incident = await server.OpenAsync();

        Assert.Equal(
            HttpStatusCode.OK, await ClickAsync(AnswerServer.AdaInSlack, server.Token(AnswerAction.Call, incident)));

        Assert.Equal("This button is too old.", (await ToldAsync(1))[0].Json.GetProperty("text").GetString());
        Assert.Equal(IncidentStatus.Open, (await server.FindAsync(incident.Id)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("{\"type\":\"view_submission\"}")]
    [InlineData("{\"type\":\"block_actions\",\"user\":{\"id\":\"U1\"},\"actions\":[]}")]
    public async Task What_is_no_click_is_taken_and_left(string payload) =>
        Assert.Equal(HttpStatusCode.OK, await server.SlackAsync(payload, AnswerServer.SigningSecret, TimeSpan.Zero));

    private Task<IReadOnlyList<SinkRequest>> ToldAsync(int count) =>
        _slack.WaitForAsync(_ => true, count, TimeSpan.FromSeconds(10), $"{count} replies to clicks");

    private Task<HttpStatusCode> ClickAsync(
        string user, string value, string secret = AnswerServer.SigningSecret, TimeSpan age = default) => server.SlackAsync(
        JsonSerializer.Serialize(new
        {
            type = "block_actions",
            user = new { id = user, username = "ada@example.com" },
            response_url = $"{_slack.Url}/actions/T1/1",
            actions = new[] { new { action_id = "acknowledge", type = "button", value } },
        }),
        secret,
        age);
}
