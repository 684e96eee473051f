using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Silo.Shards;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

public sealed class ShardInboxTests
{
    [Fact]
    public void Commands_that_were_not_taken_are_counted()
    {
        using var inbox = new ShardInbox(new ShardOptions { IntakeQueue = 2, PeopleQueue = 1 });
        inbox.Add(Request(2), CommandClass.Intake);
        Assert.Equal(0, inbox.Refused);

        Assert.Throws<UnavailableException>(() => inbox.Add(Request(3), CommandClass.Intake));
        inbox.IntakeRefusal = "The disk is full";
        Assert.Throws<UnavailableException>(() => inbox.Add(Request(1), CommandClass.Intake));
        inbox.Add(Request(1), CommandClass.Person);
        Assert.Throws<UnavailableException>(() => inbox.Add(Request(2), CommandClass.Person));
        Assert.Equal(6, inbox.Refused);

        inbox.Close();
        Assert.Throws<UnavailableException>(() => inbox.Add(Request(1), CommandClass.Intake));
        Assert.Throws<UnavailableException>(() => inbox.Add(Request(1), CommandClass.Person));
        Assert.Equal(8, inbox.Refused);
    }

    private static Submission.Request Request(int commands) => new(
        [.. Enumerable.Range(0, commands).Select(i =>
            new GrainCommand(new GrainId(GrainKind.Alert, $"a{i}"), new AlertCommand.MarkSeen(null)))],
        null);
}
