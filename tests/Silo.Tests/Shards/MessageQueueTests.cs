using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Shards;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

public sealed class MessageQueueTests
{
    private readonly MessageQueue _queue = new();
    private long _sent;

    [Fact]
    public void What_is_prompt_goes_first_and_leaves_a_quarter_to_the_others()
    {
        for (var i = 0; i < 8; i++)
        {
            Send($"storm-{i}", prompt: false);
        }

        for (var i = 0; i < 8; i++)
        {
            Send($"page-{i}", prompt: true);
        }

        Assert.Equal(["page-0", "page-1", "page-2", "page-3", "page-4", "page-5", "storm-0", "storm-1"], Take(8));
        Assert.Equal((8, 2), (_queue.Count, _queue.PromptCount));
        Assert.Equal(["page-6", "page-7", "storm-2", "storm-3"], Take(4).Concat(Take(0)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Messages_to_one_grain_keep_their_order_whatever_they_follow_from(bool first)
    {
        Send("hub", first);
        Send("other", prompt: true);
        Send("hub", !first);
        Send("hub", first);
        Assert.Equal([1, 3, 4], _queue.Take(9).Where(message => message.To.Key == "hub").Select(message => message.Id));

        // Nothing waits any more: the next goes where it belongs.
        Send("storm", prompt: false);
        Send("hub", prompt: true);
        Assert.Equal(["hub", "storm"], Take(9));
    }

    private void Send(string to, bool prompt)
    {
        var note = new AlertCommand.Handle(null, new IncidentCommand.AddNote("ann", "looking"));
        var (from, alert) = (new GrainId(GrainKind.Incident, "i-1"), new GrainId(GrainKind.Alert, to));
        _queue.Enqueue(new PendingMessage(++_sent, from, alert, note) { Prompt = prompt });
    }

    private IEnumerable<string> Take(int most) => [.. _queue.Take(most).Select(message => message.To.Key)];
}
