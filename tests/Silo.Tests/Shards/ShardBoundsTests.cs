using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Shards;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

/// <summary>What must not grow does not, and what is full says so.</summary>
public sealed class ShardBoundsTests
{
    private static readonly ShardOptions Small = new()
    {
        GrainsInMemory = 100,
        DirtyGrains = 50,
        IntakePerTurn = 20,
        InternalPerTurn = 10,
        FollowedPerTurn = 10,
        PeopleQueue = 3,
        ReadQueue = 25,
    };

    [Fact]
    public void Repeats_that_change_nothing_move_the_replay_position_as_well()
    {
        using var shard = new ShardInMemory();
        shard.Send(Alert("drift"), Fires("drift"));
        var over = new AlertCommand.Receive(Fires("drift").Signal with { EndsAt = shard.Now });
        shard.Send(Alert("drift"), over);
        Assert.Equal(Outcome.Repeat, shard.Send(Alert("drift"), over).Outcome);

        shard.Advance(TimeSpan.FromMinutes(1));
        var repeated = shard.Journal.Last(turn => !turn.Repeats.IsEmpty).Turn;
        Assert.True(
            shard.Journal.Max(turn => turn.ReplayTurn) >= repeated, "The repeat would be read again by every start.");
        Assert.True(shard.Shard.IsDrained);
    }

    [Fact]
    public void A_storm_of_repeats_leaves_no_more_grains_in_memory_than_their_bound()
    {
        using var shard = new ShardInMemory(Small);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 400; i++)
            {
                shard.Post(Alert($"a{i}"), Fires($"a{i}"));
            }

            shard.Settle();
        }

        Assert.InRange(shard.Shard.GrainsInMemory, 1, Small.GrainsInMemory);
        Assert.Equal(3, shard.Read<AlertState>(Alert("a0"))!.Count.Seen);
    }

    [Fact]
    public void A_flood_of_large_alerts_takes_no_more_memory_than_as_many_ordinary_ones_as_may_stay()
    {
        using var shard = new ShardInMemory(Small);
        var large = Labels.From([new("description", new string('x', 60_000))]);
        for (var i = 0; i < 60; i++)
        {
            shard.Send(Alert($"a{i}"), new AlertCommand.Receive(Fires($"a{i}").Signal with { Texts = large }));
        }

        // One of them weighs as 37 ordinary ones.
        shard.Settle();
        Assert.InRange(shard.Shard.CharactersInMemory, 0, 4 * 60_000);
        Assert.Equal(large, shard.Read<AlertState>(Alert("a0"))!.Signal.Texts);

        // Repeats of what rests may become large as well.
        shard.Advance(TimeSpan.FromMinutes(1));
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 60; i++)
            {
                shard.Send(Alert($"a{i}"), new AlertCommand.Receive(
                    Fires($"a{i}").Signal with { Texts = Labels.From([new("description", new string('y', 60_000 + round))]) }));
            }
        }

        Assert.InRange(shard.Shard.CharactersInMemory, 0, 8 * 60_000);
    }

    [Fact]
    public void What_nothing_uses_leaves_memory_and_comes_back_as_it_was()
    {
        var options = new ShardOptions { AlertsKeptFor = TimeSpan.FromSeconds(150) };
        var round = TimeSpan.FromSeconds(15);
        using var shard = new ShardInMemory(options);
        shard.Send(Alert("drift"), Fires("drift"));
        var all = shard.Shard.GrainsInMemory;
        for (var spent = TimeSpan.Zero; spent < options.AlertsKeptFor; spent += options.OthersKeptFor)
        {
            shard.Advance(options.OthersKeptFor);
            shard.Send(Alert("drift"), Fires("drift"));
        }

        Assert.InRange(shard.Shard.GrainsInMemory, 1, all - 1);

        shard.Advance(options.AlertsKeptFor + round);
        Assert.Equal(0, shard.Shard.GrainsInMemory);
        Assert.Equal(12, ((AlertState)shard.Send(Alert("drift"), Fires("drift")).State!).Count.Seen);
    }

    [Fact]
    public void Requests_of_people_beyond_their_bound_are_refused_and_a_configuration_never_is()
    {
        using var shard = new ShardInMemory(Small);
        var note = new AlertCommand.Handle(null, new IncidentCommand.AddNote("ann", "looking"));
        for (var i = 0; i < Small.PeopleQueue; i++)
        {
            shard.Post(Alert("drift"), note, commandClass: CommandClass.Person);
        }

        Assert.Throws<UnavailableException>(() => shard.Post(Alert("drift"), note, commandClass: CommandClass.Person));
        var publish = shard.Publish();
        shard.Post(Alert("drift"), Fires("drift"));
        shard.Settle();
        Assert.True(publish.Done.IsCompletedSuccessfully);
        shard.Post(Alert("drift"), note, commandClass: CommandClass.Person);
    }

    [Fact]
    public void Reads_in_any_number_neither_turn_an_acknowledgement_away_nor_come_before_it()
    {
        using var shard = new ShardInMemory(Small);
        shard.Send(Alert("drift"), Fires("drift"));
        var reads = Enumerable.Range(0, Small.ReadQueue).Select(_ => shard.AskFor(Alert("drift"))).ToList();
        Assert.Throws<UnavailableException>(() => shard.AskFor(Alert("drift")));

        var note = new AlertCommand.Handle(null, new IncidentCommand.AddNote("ann", "looking"));
        var said = shard.Post(Alert("drift"), note, commandClass: CommandClass.Person);
        shard.Turn();
        shard.Turn();
        Assert.True(said.Done.IsCompletedSuccessfully);
        Assert.False(reads[^1].Done.IsCompleted);

        shard.Settle();
        Assert.All(reads, read => Assert.True(read.Done.IsCompletedSuccessfully));
        shard.AskFor(Alert("drift"));
    }

    [Fact]
    public void A_small_request_does_not_wait_behind_large_ones_and_these_go_on_beside_it()
    {
        using var shard = new ShardInMemory(Small);
        var large = Enumerable.Range(0, 5).Select(n => shard.Post(Many(n))).ToList();
        var small = Enumerable.Range(0, Small.InternalPerTurn)
            .Select(n => shard.Post(Alert($"s{n}"), Fires($"s{n}")))
            .ToList();
        shard.Turn();
        Assert.All(small, request => Assert.True(request.Done.IsCompletedSuccessfully));
        Assert.Equal([true, false, false, false, false], large.Select(request => request.Done.IsCompletedSuccessfully));
    }

    [Fact]
    public void While_a_storm_is_worked_off_the_next_of_it_waits_at_the_door_and_what_is_small_does_not()
    {
        using var shard = new ShardInMemory(Small);
        var large = Enumerable.Range(0, 2).Select(n => shard.Post(Many(n))).ToList();
        shard.Turn();
        var small = shard.Post(Alert("other"), Fires("other"));
        shard.Turn();
        Assert.True(small.Done.IsCompletedSuccessfully);
        Assert.False(large[1].Done.IsCompleted);

        shard.Settle();
        Assert.True(large[1].Done.IsCompletedSuccessfully);
    }

    private static GrainCommand[] Many(int storm) =>
        [.. Enumerable.Range(0, Small.IntakePerTurn).Select(n => new GrainCommand(Alert($"{storm}-{n}"), Fires($"{storm}-{n}")))];

    private static GrainId Alert(string alias) => new(GrainKind.Alert, alias);

    private static AlertCommand.Receive Fires(string alias) =>
        new(new Signal { Alias = alias, Message = alias, Entity = "model:" + alias });
}
