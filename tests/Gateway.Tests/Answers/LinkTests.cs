using Correlation.Gateway.Answers;
using Correlation.Grains.Incidents;
using Xunit;

namespace Correlation.Gateway.Tests.Answers;

public sealed class LinkTests(AnswerServer server) : IClassFixture<AnswerServer>
{
    [Fact]
    public async Task Looking_at_a_link_shows_a_button_and_does_nothing()
    {
        var incident = await server.OpenAsync("<script>alert(1)</script>");
        var link = "/answers/" + server.Token(AnswerAction.Acknowledge, incident);

        using var response = await server.Http.GetAsync(link);
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("<form method=\"post\"><button>Acknowledge</button></form>", page, StringComparison.Ordinal);
        Assert.Contains($"You answer as {AnswerServer.Ada}.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Contains(
            "default-src 'none'",
            string.Join(' ', response.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal(IncidentStatus.Open, (await server.FindAsync(incident.Id)).Status);
    }

    [Fact]
    public async Task Pressing_it_acknowledges_and_pressing_it_again_says_who_has_it()
    {
        var incident = await server.OpenAsync();
        var link = "/answers/" + server.Token(AnswerAction.Acknowledge, incident);

        Assert.Contains("Acknowledged: you have it.", await PostAsync(link), StringComparison.Ordinal);
        Assert.Contains($"It was acknowledged by {AnswerServer.Ada}.", await PostAsync(link), StringComparison.Ordinal);

        var after = await server.FindAsync(incident.Id);
        Assert.Equal((IncidentStatus.Acknowledged, AnswerServer.Ada), (after.Status, after.AcknowledgedBy));
    }

    [Theory]
    [InlineData(AnswerAction.Acknowledge)]
    [InlineData(AnswerAction.Escalate)]
    [InlineData(AnswerAction.Resolve)]
    public async Task Who_comes_late_takes_it_out_of_nobodys_hands(AnswerAction action)
    {
        var incident = await server.OpenAsync();
        await server.ActAsync(incident, new IncidentCommand.Acknowledge(AnswerServer.Bob, ""));
        var link = "/answers/" + server.Token(action, incident);

        Assert.DoesNotContain("<button>", await server.Http.GetStringAsync(link), StringComparison.Ordinal);
        var page = await PostAsync(link);

        Assert.Contains($"It was acknowledged by {AnswerServer.Bob}.", page, StringComparison.Ordinal);
        var after = await server.FindAsync(incident.Id);
        Assert.Equal((IncidentStatus.Acknowledged, AnswerServer.Bob), (after.Status, after.AcknowledgedBy));
    }

    [Theory]
    [InlineData(AnswerAction.Acknowledge)]
    [InlineData(AnswerAction.Escalate)]
    [InlineData(AnswerAction.Resolve)]
    public async Task Who_comes_late_wakes_nobody_out_of_a_snooze(AnswerAction action)
    {
        var incident = await server.OpenAsync();
        var until = TimeProvider.System.GetUtcNow().AddHours(1);
        await server.ActAsync(incident, new IncidentCommand.Snooze(until, AnswerServer.Bob, ""));

        var page = await PostAsync("/answers/" + server.Token(action, incident));

        Assert.Contains("It is snoozed until ", page, StringComparison.Ordinal);
        Assert.Equal(IncidentStatus.Snoozed, (await server.FindAsync(incident.Id)).Status);
    }

    [Fact]
    public async Task A_link_is_good_again_once_nobody_has_it_any_more()
    {
        var incident = await server.OpenAsync();
        var link = "/answers/" + server.Token(AnswerAction.Acknowledge, incident);
        await PostAsync(link);
        await server.ActAsync(incident, new IncidentCommand.Unacknowledge(AnswerServer.Ada, ""));

        Assert.Contains("Acknowledged: you have it.", await PostAsync(link), StringComparison.Ordinal);

        Assert.Equal(IncidentStatus.Acknowledged, (await server.FindAsync(incident.Id)).Status);
    }

    [Fact]
    public async Task What_is_refused_is_no_success_to_the_telephone_that_asks()
    {
        var incident = await server.OpenAsync();
        await PostAsync("/answers/" + server.Token(AnswerAction.Escalate, incident, AnswerServer.Bob));

        // Nobody is left whom she could pass it on to.
        var page = await PostAsync("/answers/" + server.Token(AnswerAction.Escalate, incident), 409);

        Assert.Contains("Nobody else can be paged", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Not_me_by_two_ways_pages_the_next_once()
    {
        var incident = await server.OpenAsync();
        await server.ActAsync(incident, new IncidentCommand.NotMe(AnswerServer.Ada, ""));
        await TestKit.Processes.Poll.UntilAsync(
            async () => (await server.FindAsync(incident.Id)).Pages.Count == 2,
            TimeSpan.FromSeconds(10),
            () => "a page to the next");

        var page = await PostAsync("/answers/" + server.Token(AnswerAction.Escalate, incident));

        Assert.Contains("You have passed it on. Nobody has it yet.", page, StringComparison.Ordinal);
        var after = await server.FindAsync(incident.Id);
        Assert.Equal([AnswerServer.Ada], after.PassedOn);
        Assert.True(after.Ladder.NextAt > after.Pages[1].At.AddMinutes(30));
    }

    [Fact]
    public async Task Not_me_pages_the_next_at_once_and_once()
    {
        var incident = await server.OpenAsync();
        var link = "/answers/" + server.Token(AnswerAction.Escalate, incident);

        Assert.Contains("Passed on: the next step is paged now.", await PostAsync(link), StringComparison.Ordinal);
        await TestKit.Processes.Poll.UntilAsync(
            async () => (await server.FindAsync(incident.Id)).Pages.Count == 2,
            TimeSpan.FromSeconds(10),
            () => "a page to the next");
        await PostAsync(link);

        var after = await server.FindAsync(incident.Id);
        Assert.Equal([AnswerServer.Ada, AnswerServer.Bob], after.Pages.Select(p => p.Who));
        Assert.Equal(2, after.Ladder.Next);
    }

    [Fact]
    public async Task Resolving_resolves()
    {
        var incident = await server.OpenAsync();

        var page = await PostAsync("/answers/" + server.Token(AnswerAction.Resolve, incident));

        Assert.Contains($"It was resolved by {AnswerServer.Ada}.", page, StringComparison.Ordinal);
        Assert.Equal(IncidentStatus.Resolved, (await server.FindAsync(incident.Id)).Status);
    }

    [Fact]
    public async Task Who_is_no_user_any_more_answers_nothing()
    {
        var incident = await server.OpenAsync();
        var link = "/answers/" + server.Token(AnswerAction.Acknowledge, incident, "gone@example.com");

        var page = await PostAsync(link, 403);

        Assert.Contains("gone@example.com is no user here any more", page, StringComparison.Ordinal);
        Assert.Equal(IncidentStatus.Open, (await server.FindAsync(incident.Id)).Status);
    }

    [Fact]
    public async Task Who_answers_by_a_channels_message_answers_as_the_channel()
    {
        var incident = await server.OpenAsync();
        var link = "/answers/" + server.Token(AnswerAction.Escalate, incident, "chat");

        Assert.Contains(
            "You answer as channel chat.", await server.Http.GetStringAsync(link), StringComparison.Ordinal);
        Assert.Contains("Passed on", await PostAsync(link), StringComparison.Ordinal);

        await TestKit.Processes.Poll.UntilAsync(
            async () => (await server.FindAsync(incident.Id)).Pages.Count == 2,
            TimeSpan.FromSeconds(10),
            () => "a page to the next");
    }

    [Fact]
    public async Task An_old_link_does_nothing()
    {
        var incident = await server.OpenAsync();
        var link = "/answers/" + server.Token(AnswerAction.Resolve, incident, age: AnswerLinks.ValidFor);

        await PostAsync(link, 410);

        Assert.Equal(IncidentStatus.Open, (await server.FindAsync(incident.Id)).Status);
    }

    [Fact]
    public async Task A_link_that_was_changed_anywhere_does_nothing()
    {
        var incident = await server.OpenAsync();
        var token = server.Token(AnswerAction.Resolve, incident);
        for (var i = 0; i < token.Length; i += 7)
        {
            var changed = token.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            await PostAsync("/answers/" + new string(changed), 404);
        }

        await PostAsync("/answers/" + token[..^1], 404);
        await PostAsync("/answers/x", 404);
        Assert.Equal(IncidentStatus.Open, (await server.FindAsync(incident.Id)).Status);
    }

    [Fact]
    public async Task The_right_to_call_is_no_right_to_answer_by_a_link()
    {
        var incident = await server.OpenAsync();

        await PostAsync("/answers/" + server.Token(AnswerAction.Call, incident), 404);
    }

    [Fact]
    public async Task A_body_larger_than_any_answer_is_refused()
    {
        using var body = new ByteArrayContent(new byte[128 * 1024]);

        using var response = await server.Http.PostAsync("/answers/slack", body);

        Assert.Equal(413, (int)response.StatusCode);
    }

    private async Task<string> PostAsync(string link, int status = 200)
    {
        using var response = await server.Http.PostAsync(link, null);
        Assert.Equal(status, (int)response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }
}
