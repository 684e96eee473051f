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
    [InlineData(QuietMode.Suppress, null)]
    [InlineData(QuietMode.EmailOnly, "mail")]
    public void What_is_to_come_in_quiet_hours_rings_nobody_although_it_was_decided_before_them(
        QuietMode mode, string? later)
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

        var decision = Incident.Decide(NewIncident, Timer("step"), IncidentId, policy, Start);

        var pages = decision.State!.Pages;
        Assert.Equal("mail", pages[0].Targets[0].Channel);
        Assert.Equal(
            later is null ? [] : [later],
            pages.Skip(1).SelectMany(page => page.Targets).Select(target => target.Channel));
        Assert.Equal(later is null, decision.Timeline.Any(line => line.Text.StartsWith(
            $"Not paging {Policies.Primary}, by log after 2m: there are quiet hours of ml-platform until", StringComparison.Ordinal)));
        Assert.Equal(2, decision.Items.Count(item => item.Set == "decisions"));
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
