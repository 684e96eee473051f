using Correlation.Gateway.Opsgenie;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

public sealed class AlertHandlingTests
{
    private static readonly DateTimeOffset Later = DateTimeOffset.UnixEpoch.AddHours(1);

    [Fact]
    public void Before_an_incident_holds_the_alert_it_shows_what_people_have_asked()
    {
        var acknowledged = Of(new IncidentCommand.Acknowledge("ada", ""));
        Assert.Equal((true, "ada", "ada"),
            (acknowledged.Acknowledged, acknowledged.AcknowledgedBy, acknowledged.Owner));
        Assert.False(
            Of(new IncidentCommand.Acknowledge("ada", ""), new IncidentCommand.Unacknowledge("ada", "")).Acknowledged);

        var snoozed = Of(new IncidentCommand.Acknowledge("ada", ""), new IncidentCommand.Snooze(Later, "bob", ""));
        Assert.Equal((false, Later), (snoozed.Acknowledged, snoozed.SnoozedUntil));
        Assert.Equal("bob",
            Of(new IncidentCommand.Assign("bob", "ada", ""), new IncidentCommand.Acknowledge("ada", "")).Owner);
    }

    private static AlertHandling Of(params IncidentCommand.ByPerson[] waiting) => AlertHandling.Of(new AlertView(
        new AlertState
        {
            Alias = "a",
            Episode = 1,
            Id = DerivedId.Of("alert", "a", 1),
            Signal = new Signal { Alias = "a", Message = "m" },
            Class = new Classification("", "", "", Priority.P3, "", "", default, default, default, null, "", [], 1),
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
            Waiting = waiting.ToValueList(),
        },
        Incident: null,
        IsCurrent: true));
}
