using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Silences;
using Correlation.Silo.Storage;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

/// <summary>What cannot be written stops itself and nobody else.</summary>
public sealed class IsolationTests : IDisposable
{
    private static readonly CommitFailedException Content = new("invalid byte sequence") { ForItsContent = true };

    private readonly ShardInMemory _shard = new();

    public void Dispose() => _shard.Dispose();

    public static TheoryData<Exception> Refusals => [Content, new OverflowException("too large for the column")];

    [Theory]
    [MemberData(nameof(Refusals))]
    public void The_others_of_the_turn_are_taken_and_the_one_reaches_a_person(Exception refusal)
    {
        _shard.Refuses = write => write.Grains.Exists(grain => grain.State.Grain == Alert("bad")) ? refusal : null;
        var good = _shard.Post(Alert("good"), Fires("good"));
        var bad = _shard.Post(Alert("bad"), Fires("bad"));
        var more = _shard.Post(Alert("more"), Fires("more"));
        _shard.Settle();

        Assert.Equal(Outcome.Material, ShardInMemory.AnswersOf(good)[0].Outcome);
        Assert.Equal(Outcome.Material, ShardInMemory.AnswersOf(more)[0].Outcome);
        var poison = ShardInMemory.AnswersOf(bad)[0];
        Assert.Equal(Outcome.Poison, poison.Outcome);
        Assert.Contains(refusal.Message, poison.Reason, StringComparison.Ordinal);
        Assert.Single(_shard.Read<IncidentState>(Bare("bad"))!.Pages);
        Assert.Null(_shard.Read<AlertState>(Alert("bad")));
    }

    [Fact]
    public void A_request_stays_whole_when_its_turn_is_taken_apart()
    {
        _shard.Refuses = write => write.Grains.Exists(grain => grain.State.Grain == Alert("bad")) ? Content : null;
        var both = _shard.Post([new(Alert("good"), Fires("good")), new(Alert("bad"), Fires("bad"))]);
        _shard.Settle();
        Assert.All(ShardInMemory.AnswersOf(both), answer => Assert.Equal(Outcome.Poison, answer.Outcome));
        Assert.Null(_shard.Read<AlertState>(Alert("good")));
        Assert.NotNull(_shard.Read<IncidentState>(Bare("good")));
    }

    [Fact]
    public void A_timer_is_tried_again_later_and_the_loop_goes_on()
    {
        _shard.Send(Alert("bad"), Fires("bad"));
        _shard.Refuses = write => write.Outbox.Count > 0 ? Content : null;
        _shard.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(Outcome.Material, _shard.Send(Alert("good"), new AlertCommand.Receive(Signal("good"))).Outcome);
        Assert.Contains(
            _shard.Journal.SelectMany(turn => turn.Log),
            row => row is { Type: "incident.timerFired", Outcome: Outcome.Poison });

        _shard.Refuses = _ => null;
        _shard.Advance(TimeSpan.FromMinutes(11));
        Assert.True(
            _shard.Read<IncidentState>(_shard.IncidentOf("bad"))!.Pages.Count > 1,
            "The step is expected to be climbed.");
    }

    [Fact]
    public void A_silence_that_cannot_be_noted_on_one_alert_is_noted_on_the_others_and_the_loop_comes_to_rest()
    {
        _shard.Send(Alert("bad"), Fires("bad"));
        _shard.Send(Alert("good"), Fires("good"));
        _shard.Refuses = write => write.Grains.Exists(grain => grain.State.Grain == Alert("bad")) ? Content : null;
        var silence = new Silencing(
            "s", Policies.Match("{alias=~\"bad|good\"}"), _shard.Now, _shard.Now.AddHours(1), "ann", "");
        _shard.Send(new GrainId(GrainKind.Silence, "s"), new SilenceCommand.Set(silence));

        Assert.Equal(["s"], _shard.Read<AlertState>(Alert("good"))!.SuppressedBy);
        Assert.Empty(_shard.Read<AlertState>(Alert("bad"))!.SuppressedBy);
        Assert.Contains(
            _shard.Journal.SelectMany(turn => turn.Log),
            row => row is { Type: "alert.reconsider", Outcome: Outcome.Poison });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Counts_that_cannot_be_written_do_not_stop_the_checkpoint_of_the_others(bool withTraffic)
    {
        string[] aliases = ["a", "bad", "z"];
        foreach (var alias in aliases.Concat(aliases))
        {
            _shard.Send(Alert(alias), Fires(alias));
        }

        _shard.Refuses = write => write.Grains.Exists(grain => grain.TallyOnly && grain.State.Grain == Alert("bad")) ? Content : null;
        for (var second = 0; second < 60; second++)
        {
            if (withTraffic)
            {
                _shard.Send(Alert("traffic"), Fires("traffic"));
            }

            _shard.Advance(TimeSpan.FromSeconds(1));
        }

        var covered = _shard.Journal.SelectMany(turn => turn.Grains)
            .Where(grain => grain.TallyOnly)
            .Select(grain => grain.State.Grain.Key);
        Assert.Superset(new HashSet<string> { "a", "z" }, covered.ToHashSet());
        Assert.Contains(_shard.Journal, turn => turn.ReplayTurn > 0);
        Assert.Equal(2, _shard.Read<AlertState>(Alert("bad"))!.Count.Seen);
    }

    [Fact]
    public void When_not_even_poison_can_be_written_callers_are_told_and_nothing_is_lost()
    {
        _shard.Send(Alert("old"), Fires("old"));
        _shard.Refuses = _ => Content;
        var request = _shard.Post(Alert("new"), Fires("new"));
        for (var turn = 0; turn < 5; turn++)
        {
            _shard.Turn();
        }

        Assert.IsType<UnavailableException>(request.Done.Exception!.InnerException);
        _shard.Refuses = _ => null;
        _shard.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(Outcome.Material, _shard.Send(Alert("new"), Fires("new")).Outcome);
        Assert.NotNull(_shard.Read<AlertState>(Alert("old"))!.IncidentId);
    }

    private static GrainId Alert(string alias) => new(GrainKind.Alert, alias);

    private static GrainId Bare(string alias) => new(GrainKind.Incident, DerivedId.Of("poison", alias, 1).ToString());

    private static AlertCommand.Receive Fires(string alias) => new(Signal(alias));

    private static Signal Signal(string alias) => new() { Alias = alias, Message = alias, Entity = "model:" + alias };
}
