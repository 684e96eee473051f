using Correlation.Grains.Model;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Due_deliveries_come_most_urgent_first_then_earliest()
    {
        Enqueue(
            Given.Delivery("late", Priority.P2, 5), Given.Delivery("early", Priority.P2, 1),
            Given.Delivery("urgent", Priority.P1, 9),
            Given.Delivery("not yet", Priority.P1, 60));
        Assert.Equal(["urgent", "early", "late"], await DueAsync(at: 10, limit: 9));
        Assert.Equal(["urgent"], await DueAsync(at: 10, limit: 1));
    }

    [Fact]
    public async Task Deliveries_of_full_channels_are_left_out()
    {
        Enqueue(
            Given.Delivery("a", Priority.P1, 1, "pager"), Given.Delivery("b", Priority.P2, 1, "mail"),
            Given.Delivery("c", Priority.P3, 1, "chat"));
        Assert.Equal(["c"], await DueAsync(at: 10, limit: 1, "pager", "mail"));
    }

    [Fact]
    public async Task Deliveries_that_are_under_way_are_left_out_and_take_no_place_of_the_limit()
    {
        var (first, second) = (Given.Delivery("first", Priority.P1, 1), Given.Delivery("second", Priority.P2, 1));
        Enqueue(first, second, Given.Delivery("third", Priority.P3, 1));

        var due = await Outbox.DueAsync(Given.At(10), 1, [], [first.Id, second.Id], None);

        Assert.Equal(["third"], due.Select(delivery => delivery.Reason));
    }

    [Fact]
    public async Task Updates_come_after_every_page_and_queue_by_themselves()
    {
        Enqueue(
            Given.Delivery("update", Priority.P1, 1) with { Updates = "C1/1" }, Given.Delivery("page", Priority.P5, 2),
            Given.Delivery("other", Priority.P5, 3, "mail"));
        Assert.Equal(["page", "other", "update"], await DueAsync(at: 10, limit: 9));
        Assert.Equal(["other"], await DueAsync(at: 10, limit: 9, "pager"));
        Assert.Equal(["page", "other"], await DueAsync(at: 10, limit: 9, "pager\tupdates"));
    }

    [Fact]
    public async Task One_recipients_deliveries_can_be_left_out_and_asked_for_by_their_urgency()
    {
        var (ann, bob) = (Given.Delivery("ann", Priority.P2, 1), Given.Delivery("bob", Priority.P2, 2) with { Who = "bob" });
        Enqueue(ann, bob, Given.Delivery("urgent", Priority.P1, 3), Given.Delivery("not yet", Priority.P2, 60));
        Assert.Equal(["urgent", "bob"], await DueAsync(at: 10, limit: 9, ann.Lane));

        var only = await Outbox.DueInAsync(Given.At(10), 9, [ann.Lane], None);
        Assert.Equal(["ann"], only.Select(d => d.Reason));
    }

    [Fact]
    public async Task A_delivery_is_never_due_before_its_time()
    {
        var delivery = Given.Delivery("a", Priority.P1, 1) with { NotBefore = Given.At(1).AddTicks(1) };
        Enqueue(delivery);
        Assert.Empty(await DueAsync(at: 1, limit: 9));
        Assert.Equal(Given.At(1).AddMilliseconds(1), await Outbox.NextAsync(Given.At(1), None));
    }

    [Fact]
    public async Task The_next_time_leaves_out_what_is_due_already()
    {
        Assert.Null(await Outbox.NextAsync(Given.At(0), None));
        Enqueue(
            Given.Delivery("due", Priority.P1, 1), Given.Delivery("next", Priority.P3, 7),
            Given.Delivery("later", Priority.P1, 9));
        Assert.Equal(Given.At(7), await Outbox.NextAsync(Given.At(1), None));
        Assert.Null(await Outbox.NextAsync(Given.At(9), None));
    }

    [Fact]
    public async Task Deliveries_that_have_to_move_on_are_found_once_it_is_time()
    {
        var (first, second) = (Given.Delivery("first", Priority.P3, 1), Given.Delivery("second", Priority.P1, 1));
        Enqueue(
            Given.Delivery("on its last channel", Priority.P1, 1), second with { MovesOnAt = Given.At(31) },
            first with { MovesOnAt = Given.At(30) });
        Assert.Equal(Given.At(30), await Outbox.NextAsync(Given.At(1), None));
        Assert.Empty(await OverdueAsync(at: 29.9));
        Assert.Equal(["first"], await OverdueAsync(at: 30));
        Assert.Equal(["first", "second"], await OverdueAsync(at: 31));

        Commit(turn => turn.Outbox.AddRange(
            [new DeliveryChange.Retry(first), new DeliveryChange.Finish(second.Id, DeliveryState.Failed)]));
        Assert.Empty(await OverdueAsync(at: 31));
    }

    [Fact]
    public async Task A_delivery_is_read_back_whole_while_it_is_pending()
    {
        var delivery = Given.Delivery("a", Priority.P1, 1);
        Enqueue(delivery);
        Assert.Equal(delivery, await Outbox.FindPendingAsync(delivery.Id, None));
        Assert.Null(await Outbox.FindPendingAsync(DerivedId.Of("delivery", "another", 1), None));

        Commit(turn => turn.Outbox.Add(new DeliveryChange.Finish(delivery.Id, DeliveryState.Cancelled)));
        Assert.Null(await Outbox.FindPendingAsync(delivery.Id, None));
        Assert.Empty(await DueAsync(at: 10, limit: 9));
        Assert.Null(await Outbox.NextAsync(Given.At(0), None));
    }

    [Fact]
    public async Task A_retry_moves_the_delivery_in_time_and_channel()
    {
        var delivery = Given.Delivery("a", Priority.P1, 1, "pager");
        Enqueue(delivery);
        var retry = delivery with
        {
            NotBefore = Given.At(30),
            Channel = 1,
            Targets = [.. delivery.Targets, new("mail", "ann@example.org")],
        };
        Commit(turn => turn.Outbox.Add(new DeliveryChange.Retry(retry)));
        Assert.Empty(await DueAsync(at: 10, limit: 9));
        Assert.Equal(["a"], await DueAsync(at: 30, limit: 9, "pager"));
        Assert.Empty(await DueAsync(at: 30, limit: 9, "mail"));
        Assert.Equal(retry, await Outbox.FindPendingAsync(delivery.Id, None));
    }

    [Fact]
    public async Task The_same_page_decided_twice_is_one_page()
    {
        var delivery = Given.Delivery("a", Priority.P1, 1);
        Enqueue(delivery);
        Commit(turn => turn.Outbox.Add(new DeliveryChange.Finish(delivery.Id, DeliveryState.Delivered)));
        Enqueue(delivery);
        Assert.Null(await Outbox.FindPendingAsync(delivery.Id, None));
    }

    [Fact]
    public async Task Changes_of_one_delivery_in_one_turn_are_made_in_order()
    {
        var (one, two) = (Given.Delivery("one", Priority.P1, 1), Given.Delivery("two", Priority.P1, 1));
        Commit(turn => turn.Outbox.AddRange(
        [
            new DeliveryChange.Enqueue(one), new DeliveryChange.Finish(one.Id, DeliveryState.Cancelled),
            new DeliveryChange.Enqueue(two), new DeliveryChange.Retry(two with { NotBefore = Given.At(4) }),
        ]));
        Assert.Null(await Outbox.FindPendingAsync(one.Id, None));
        Assert.Equal(Given.At(4), (await Outbox.FindPendingAsync(two.Id, None))?.NotBefore);
    }

    protected void Enqueue(params Delivery[] deliveries) =>
        Commit(turn => turn.Outbox.AddRange(deliveries.Select(delivery => new DeliveryChange.Enqueue(delivery))));

    private async Task<IEnumerable<string>> OverdueAsync(double at) =>
        (await Outbox.OverdueAsync(Given.At(at), 9, None)).Select(delivery => delivery.Reason);

    private async Task<IEnumerable<string>> DueAsync(double at, int limit, params string[] fullChannels) =>
        (await Outbox.DueAsync(Given.At(at), limit, fullChannels, [], None)).Select(delivery => delivery.Reason);
}
