using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Xunit;

namespace Correlation.Silo.Tests.Stories;

/// <summary>A person resolves what still fires, thinks better of it and opens it again.</summary>
public sealed class ReopeningStories
{
    [Fact]
    public void What_still_fires_is_a_member_again_and_its_sources_resolve_resolves()
    {
        var story = SeedTeams.On(1, 6);
        var firing = new Signal
        {
            Alias = "a",
            Message = "TrainingJobFailed",
            Entity = "model:m",
            Source = "prometheus",
            ResendsWhileFiring = true,
            StartsAt = story.Now,
            Labels = Labels.From([new("alertname", "TrainingJobFailed")]),
        };
        void Send(Signal signal) => story.Tell(new GrainId(GrainKind.Alert, "a"), new AlertCommand.Receive(signal));

        story.At("10:00", () => Send(firing)).At("10:01", () => story.Say(new IncidentCommand.Resolve("ann", "")));
        story.At("10:02", () => Send(firing));
        Assert.Equal(AlertStatus.Closed, story.Alerts.Single().Status);

        story.At("10:03", () => story.Say(new IncidentCommand.Reopen("ann", "")))
            .At("10:04", () => Send(firing))
            .At("10:05");
        Assert.Equal((AlertStatus.Open, 1), (story.Alerts.Single().Status, story.Incident.OpenMembers));

        // It came twice within half an hour, and so is given as long to come again.
        story.At("10:06", () => Send(firing with { Resolved = true })).At("10:07");
        Assert.Null(story.Incident.Ladder.NextAt);
        story.At("10:37");
        Assert.Equal(IncidentStatus.Resolved, story.Incident.Status);
    }
}
