using Correlation.Gateway.Answers;
using Xunit;

namespace Correlation.Gateway.Tests.Answers;

/// <summary>With a server of its own: for a second after it whoever is refused is refused as too many.</summary>
public sealed class JunkLinkTests(AnswerServer server) : IClassFixture<AnswerServer>
{
    [Fact]
    public async Task Junk_takes_no_answer_from_whoever_has_a_right_to_give_one()
    {
        var incident = await server.OpenAsync();
        var junk = new List<int>();
        while (!junk.Contains(429) && junk.Count < 10 * AnswerRate.Burst)
        {
            using var response = await server.Http.GetAsync("/answers/junk");
            junk.Add((int)response.StatusCode);
        }

        Assert.Contains(429, junk);
        using var answer = await server.Http.PostAsync(
            "/answers/" + server.Token(AnswerAction.Acknowledge, incident), null);
        Assert.Equal(200, (int)answer.StatusCode);
    }
}
