using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>By the rules of who is paged.</summary>
public sealed class IncidentNotificationTests
{
    private static readonly PolicyVersion Policy = Small with
    {
        Users =
        [
            Small.Users[0] with
            {
                Rules = [new NotificationRule([Priority.P2], [new("log", TimeSpan.Zero), new("mail", TimeSpan.FromMinutes(2))])],
            },
            Small.Users[1],
        ],
    };

    [Fact]
    public void A_page_is_told_by_one_channel_now_and_by_the_next_later()
    {
        var decision = Incident.Decide(NewIncident, Timer("step"), IncidentId, Policy, Start);

        var deliveries = decision.Outbox.OfType<DeliveryChange.Enqueue>().Select(e => e.Delivery).ToList();
        Assert.Equal([(Start, "log"), (Start.AddMinutes(2), "mail")], deliveries.Select(d => (d.NotBefore, d.Target.Channel)));
        Assert.Equal(2, deliveries.Select(d => d.Id).Distinct().Count());
        Assert.Equal("step 1 of ladder: schedule weekly, by mail after 2m", deliveries[1].Reason);
    }

    [Fact]
    public void Who_answers_in_between_is_not_told_again()
    {
        var paged = After(NewIncident, Timer("step"), Start, Policy);
        var first = paged.Pages[0];

        var answered = Incident.Decide(
            paged with { Pages = [first with { State = DeliveryState.Delivered }, paged.Pages[1]] },
            Person(new IncidentCommand.Acknowledge(Policies.Primary, "")),
            IncidentId,
            Policy,
            Start.AddMinutes(1));

        Assert.Equal([new DeliveryChange.Finish(paged.Pages[1].Id, DeliveryState.Cancelled)], answered.Outbox);
    }
}
