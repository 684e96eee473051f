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
        Assert.Equal(
            [(Start, "log"), (Start.AddMinutes(2), "mail")], deliveries.Select(d => (d.NotBefore, d.Target.Channel)));
        Assert.Equal(2, deliveries.Select(d => d.Id).Distinct().Count());
        Assert.Equal("step 1 of ladder: schedule weekly, by mail after 2m", deliveries[1].Reason);
    }

    [Theory]
    [InlineData(QuietMode.Suppress)]
    [InlineData(QuietMode.EmailOnly)]
    public void What_comes_later_and_in_quiet_hours_is_asked_about_when_it_comes(QuietMode mode)
    {
        var policy = Policy with
        {
            Teams = [Small.Teams[0] with { QuietHours = [new QuietHours([Priority.P2], [new(601, 720)], "UTC", mode)] }],
            Channels = [new Channel("log", "webhook", Labels.Empty), new Channel("mail", "email", Labels.Empty)],
            Users =
            [
                Small.Users[0] with { Rules = [new NotificationRule([Priority.P2], [new("mail", TimeSpan.Zero), new("log", TimeSpan.FromMinutes(2))])] },
                Small.Users[1],
            ],
        };
        var paged = Incident.Decide(NewIncident, Timer("step"), IncidentId, policy, Start);
        var later = paged.Outbox.OfType<DeliveryChange.Enqueue>().Last().Delivery;
        Assert.NotNull(QuietHours.HoldsBack(policy, later, later.NotBefore));

        var asked = Incident.Decide(
            paged.State!, new IncidentCommand.Attempted(later, AttemptOutcome.Quiet, ""), IncidentId, policy, later.NotBefore);

        var page = asked.State!.Pages[^1];
        if (mode == QuietMode.EmailOnly)
        {
            var retry = ((DeliveryChange.Retry)Assert.Single(asked.Outbox)).Delivery;
            Assert.Equal(("mail", later.NotBefore, DeliveryState.Pending), (retry.Target.Channel, retry.NotBefore, page.State));
            return;
        }

        Assert.Equal(new DeliveryChange.Finish(page.Id, DeliveryState.Cancelled), Assert.Single(asked.Outbox));
        Assert.Equal(1, asked.State.HeldBack!.Pages);
        const string says = "quiet hours of ml-platform until 2026-01-05 12:00 UTC, nobody is paged";
        Assert.Equal(
            $"{says} (step 1 of ladder: schedule weekly, by log after 2m)",
            PageDecision.Read(new Item("", Assert.Single(asked.Items).Body!)).Reason);
        Assert.Equal(
            [Expected.Line("held back", $"Not paging {Policies.Primary} (step 1 of ladder: schedule weekly, by log after 2m): {says}")],
            asked.Timeline);
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
