using Correlation.Grains.Alerts;
using Correlation.Grains.Causes;
using Correlation.Grains.Entities;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
using Xunit;

namespace Correlation.Grains.Tests.Entities;

public sealed class SuspicionTests
{
    private const string Store = "online_store:s";

    private const string Wave = "wave:drift/source:all";

    private static readonly PolicyVersion Policy = Given.Small with
    {
        Settings = Given.Small.Settings with { Correlation = new CorrelationSettings { Enabled = true } },
        Kinds = [KindOf("slow", TimeSpan.FromMinutes(30)), KindOf("stale", TimeSpan.FromHours(12)), KindOf("drift", TimeSpan.FromHours(12)) with { Watch = TimeSpan.FromDays(1) }],
        Topology = Enumerable.Range(0, 20)
            .Aggregate(Graph.Empty, (graph, i) => graph.With(new Edge(Store, "endpoint:" + i))),
    };

    [Fact]
    public void Two_of_twenty_within_minutes_are_enough_and_further_apart_four_are_needed()
    {
        Assert.False(IsSuspected("slow", 0));
        Assert.True(IsSuspected("slow", 0, 4));
        Assert.False(IsSuspected("slow", 0, 6, 12));
        Assert.True(IsSuspected("slow", 0, 6, 12, 18));
    }

    [Fact]
    public void What_follows_its_causes_hours_later_is_counted_over_hours()
    {
        int[] apart = [0, 40, 80, 120];
        Assert.False(IsSuspected("slow", apart));
        Assert.True(IsSuspected("stale", apart));
    }

    [Fact]
    public void Of_what_is_watched_two_within_minutes_are_not_enough_and_hours_do_not_join()
    {
        Assert.False(IsSuspected("drift", 0, 1, 2));
        Assert.False(IsSuspected("drift", 0, 20, 40, 60));
        Assert.True(IsSuspected("drift", 0, 10, 20, 30));
    }

    /// <summary>
    /// Else a pool that is short of everything is taken for a dozen nodes, each with its own trouble.
    /// </summary>
    [Fact]
    public void The_more_are_ill_the_more_it_is_suspected_however_many_they_are()
    {
        var scores = new[] { 2, 4, 16, 32, 64, 128, 250 }.Select(count =>
            Registered("slow", [.. Enumerable.Repeat(0, count)]).Told.Select(message => message.Command)
                .OfType<AlertCommand.Candidates>().Single().Offers.Single(offer => !offer.Observed).Score).ToList();

        Assert.Equal(scores.Order().Distinct(), scores);
    }

    /// <summary>Wherever they are: what is suspected for what is downstream of it comes before.</summary>
    [Fact]
    public void A_wave_is_four_of_a_kind_within_hours_and_says_less_than_every_suspect()
    {
        Assert.DoesNotContain(Offers(0, 60, 120), offer => !offer.Observed);
        Assert.DoesNotContain(Offers(0, 60, 120, 240), offer => !offer.Observed);
        var wave = Assert.Single(Offers(0, 60, 120, 170), offer => !offer.Observed);
        Assert.True(wave.Score < Scoring.Suspected("job:j", SymptomOf("drift", 0, 0) with { Path = ["job:j", "table:t", "endpoint:0"] }, Given.Start, 0).Score);
        Assert.True(wave.Score >= new CorrelationSettings().Threshold);

        static IEnumerable<Candidate> Offers(params int[] minutes) => Registered(symptom => symptom, "drift", minutes, "wave:drift/a:a").Told
            .Select(message => message.Command).OfType<AlertCommand.Candidates>().SelectMany(told => told.Offers);
    }

    /// <summary>
    /// A unit that was changed while it is Christmas: the one is below one table, the other is anywhere.
    /// </summary>
    [Fact]
    public void Those_of_a_wave_that_have_something_upstream_in_common_which_the_rest_has_not_belong_there()
    {
        int[] season = [6, 7, 8, 9, 10, 11];
        var (unit, other) = (OfWave(5, [0, 1, 2, 3, 4, .. season]), OfWave(20, [0, 1, 2, 3, 4, .. season]));
        Assert.Equal(
            (Scoring.SuspectId(Wave, "table:odd"), "table:odd", "table:odd > view:5"),
            (unit!.Id, unit.Blamed, string.Join(" > ", unit.Path)));
        Assert.Equal((Scoring.SuspectId(Wave, ""), ""), (other!.Id, other.Blamed));
    }

    [Fact]
    public void What_is_left_of_a_wave_and_is_none_by_itself_belongs_to_what_the_others_have_in_common()
    {
        var left = OfWave(20, [0, 1, 2, 3, 4]);
        Assert.Equal((Scoring.SuspectId(Wave, "table:odd"), ""), (left!.Id, left.Blamed));
    }

    [Fact]
    public void Where_nearly_everything_is_ill_nothing_in_common_says_anything() =>
        Assert.Equal(
            Scoring.SuspectId(Wave, ""), OfWave(5, [.. Enumerable.Range(0, 5), .. Enumerable.Range(6, 26)])!.Id);

    [Fact]
    public void What_may_be_over_at_once_or_comes_again_and_again_makes_nobody_suspect()
    {
        Assert.False(IsSuspected(symptom => symptom with { Fleeting = true }, "drift", 0, 10, 20, 30));
        Assert.False(IsSuspected(symptom => symptom with { Habitual = true }, "drift", 0, 10, 20, 30));
    }

    [Fact]
    public void What_turns_out_to_last_speaks_for_it_and_is_counted_once()
    {
        var fleeting = Registered(symptom => symptom with { Fleeting = true }, "drift", [0, 10, 20, 30]).State;

        var lasting = Enumerable.Range(0, 4).Aggregate(fleeting, (state, i) => Entity.Decide(
            state, new EntityCommand.Register(SymptomOf("drift", i * 10, i)) { IsKnown = true }, Store, Policy, Given.Start).State!);

        Assert.Equal((4, 4), (lasting.Registered, lasting.Evidence.Count));
        Assert.NotNull(lasting.TellAt);
    }

    /// <summary>Else an incident is torn apart, and its parts page, when some of it is well again.</summary>
    [Fact]
    public void That_some_are_well_again_takes_nothing_from_the_suspicion_and_a_signal_that_came_later_does_not_either()
    {
        var state = Registered("slow", 0, 1, 2).State;
        var well = Entity.Decide(
            state,
            new EntityCommand.Unregister(SymptomOf("slow", 1, 1).AlertId),
            Store,
            Policy,
            Given.Start.AddHours(1));
        var noisy = Entity.Decide(
            well.State,
            new EntityCommand.Began(
                new EntitySignal(
                    DerivedId.Of("test", "drift", 9),
                    "drift",
                    "drift",
                    "drift",
                    Given.Start.AddHours(2),
                    KindNature.Fault),
                SymptomOf("drift", 120, 9) with { Entity = Store, Path = [Store] }),
            Store,
            Policy,
            Given.Start.AddHours(2));

        Assert.Equal(state.Evidence, noisy.State!.Evidence);
        Assert.False(noisy.State.Withdraws);
    }

    /// <summary>
    /// I12: one that comes in between is within reach of both, and who registered first must hear of it as who
    /// registers last does.
    /// </summary>
    [Fact]
    public void Who_comes_within_the_window_of_more_evidence_is_told_whatever_came_first()
    {
        // A sixth branch at 28 weighs no more than the five before it, and is why 50 is no further than the window
        // away.
        Symptom[] first = [.. Enumerable.Range(0, 5).Select(i => SymptomOf("slow", 4 * i, i))];
        var far = SymptomOf("slow", 50, 3) with { AlertId = DerivedId.Of("test", "far", 1), Alias = "far" };
        var between = SymptomOf("slow", 28, 5);

        Assert.Equal(OffersTo(far, [.. first, between, far]), OffersTo(far, [.. first, far, between]));
        Assert.NotEmpty(OffersTo(far, [.. first, far, between]));
    }

    [Fact]
    public void Evidence_that_widens_nothing_for_anybody_who_registered_tells_nobody()
    {
        var told = Registered("slow", 0, 4, 8, 12, 16).State with { TellAt = null, TellAfter = null };
        var more = SymptomOf("slow", 20, 5);

        Assert.Null(Entity.Decide(told, new EntityCommand.Register(more), Store, Policy, Given.Start).State!.TellAt);
    }

    /// <summary>
    /// Of an alert that shares a pool with them, and of which no lineage knows that it uses what is ill.
    /// </summary>
    [Fact]
    public void Who_is_ill_with_others_that_have_their_cause_elsewhere_is_passed_on_to_there()
    {
        var state = Registered("slow", 0, 1, 2, 3).State;
        var newcomer = SymptomOf("slow", 4, 5);
        var one = Explain(state, 0, "node:n", isObserved: false);
        var divided = Explain(
            Explain(Explain(one, 1, "node:n", isObserved: false), 2, "node:m", isObserved: false),
            3,
            "node:m",
            isObserved: false);
        Assert.Equal(Scoring.SuspectId(Store, ""), OfferTo(one, newcomer).Id);
        Assert.Equal(Scoring.SuspectId(Store, ""), OfferTo(divided, newcomer).Id);

        state = Explain(Explain(state, 0, "node:n"), 1, "node:n");
        var offer = OfferTo(state, newcomer);
        Assert.Equal((Scoring.SuspectId(Store, "node:n"), Store, false), (offer.Id, offer.Entity, offer.Observed));

        var follow = new EntityCommand.Follow(newcomer.AlertId, newcomer.Alias, offer.Id, "");
        Assert.Equal(
            [new Message(new GrainId(GrainKind.Entity, "node:n"), follow with { PassedOn = true })],
            Entity.Decide(state, follow, Store, Policy, Given.Start).Messages);
        var led = Entity.Decide(null, follow with { PassedOn = true }, "node:n", Policy, Given.Start);
        Assert.Equal("node:n", ((AlertCommand.Led)Assert.Single(led.Messages).Command).GroupKey);
    }

    [Fact]
    public void What_is_behind_what_a_suspicion_points_to_is_not_put_down_to_it_and_what_is_known_to_follow_hears_from_there()
    {
        var state = Enumerable.Range(0, 3)
            .Aggregate(Registered("slow", 0, 1, 2, 3).State, (s, i) => Explain(s, i, "endpoint:9", isObserved: false));
        var policy = Policy with { Topology = Policy.Topology.With(new Edge("endpoint:8", "endpoint:9")).With(new Edge("endpoint:9", "endpoint:10")) };

        Assert.Equal(Scoring.SuspectId(Store, "endpoint:9"), OfferTo(state, SymptomOf("slow", 4, 7), policy).Id);
        Assert.All([8, 9, 10], endpoint =>
            Assert.Equal(Scoring.SuspectId(Store, ""), OfferTo(state, SymptomOf("slow", 4, endpoint), policy).Id));
    }

    /// <summary>
    /// What the last view is offered by the wave, once the others are there. Six views of forty are below the odd
    /// table.
    /// </summary>
    private static Candidate? OfWave(int view, int[] others)
    {
        var policy = Policy with
        {
            Topology = Graph.Of([], [
                .. Enumerable.Range(0, 40).Select(i => new Edge("source:all", "view:" + i)),
                .. Enumerable.Range(0, 6).Select(i => new Edge("table:odd", "view:" + i)),
            ]),
        };
        var state = new EntityState { Key = Wave };
        Candidate? offered = null;
        foreach (var next in others.Append(view))
        {
            var symptom = SymptomOf("drift", next, next) with { Entity = "view:" + next, Path = [Wave, "view:" + next] };
            var decision = Entity.Decide(state, new EntityCommand.Register(symptom), Wave, policy, Given.Start);
            state = decision.State!;
            offered = decision.Messages.Select(m => m.Command)
                .OfType<AlertCommand.Candidates>()
                .LastOrDefault()?.Offers.Single();
        }

        return offered;
    }

    private static EntityState Explain(EntityState state, int endpoint, string by, bool isObserved = true) => Entity.Decide(
        state, new EntityCommand.Explained(SymptomOf("slow", 0, endpoint).AlertId, by, isObserved), Store, Policy, Given.Start).State!;

    private static Candidate OfferTo(EntityState state, Symptom symptom, PolicyVersion? policy = null) =>
        Entity.Decide(state, new EntityCommand.Register(symptom), Store, policy ?? Policy, Given.Start).Messages
            .Select(message => message.Command)
                .OfType<AlertCommand.Candidates>()
                .Single().Offers.Single(offer => !offer.Observed);

    /// <summary>
    /// The last offers to the symptom, when all came in this order and everything was told that was to be.
    /// </summary>
    private static string OffersTo(Symptom symptom, Symptom[] inOrder)
    {
        var (state, rows, offers) = (new EntityState { Key = Store }, new SortedDictionary<string, Item>(StringComparer.Ordinal), "");
        foreach (var next in inOrder)
        {
            Take(Entity.Decide(state, new EntityCommand.Register(next), Store, Policy, Given.Start));
            for (var turns = 0; state.TellAt is not null && turns < 5; turns++)
            {
                var page = rows.Values.Where(row => string.CompareOrdinal(row.Key, state.TellAfter) > 0).ToValueList();
                Take(
                    Entity.Decide(
                        state, new EntityCommand.TimerFired("tell", Given.Start, page), Store, Policy, Given.Start));
            }
        }

        return offers;

        void Take(Decision<EntityState> decision)
        {
            state = decision.State!;
            foreach (var item in decision.Items)
            {
                rows[item.Key] = new Item(item.Key, item.Body!);
            }

            foreach (var told in decision.Messages.Select(m => m.Command).OfType<AlertCommand.Candidates>().Where(c => c.Episode == symptom.AlertId))
            {
                offers = string.Join(
                    ", ", told.Offers.Select(o => $"{o.Entity} {o.Score:0.000} since {o.Onset:HH:mm}"));
            }
        }
    }

    /// <summary>What the last one that registers is offered.</summary>
    private static bool IsSuspected(string kind, params int[] minutes) =>
        IsSuspected(symptom => symptom, kind, minutes);

    private static bool IsSuspected(Func<Symptom, Symptom> said, string kind, params int[] minutes) =>
        Registered(said, kind, minutes).Told.Select(message => message.Command)
            .OfType<AlertCommand.Candidates>()
            .Any(offered => offered.Offers.Any(offer => !offer.Observed));

    private static (EntityState State, ValueList<Message> Told) Registered(string kind, params int[] minutes) =>
        Registered(symptom => symptom, kind, minutes);

    private static (EntityState State, ValueList<Message> Told) Registered(
        Func<Symptom, Symptom> said, string kind, int[] minutes, string key = Store)
    {
        var state = new EntityState { Key = key };
        ValueList<Message> told = [];
        for (var i = 0; i < minutes.Length; i++)
        {
            var decision = Entity.Decide(
                state, new EntityCommand.Register(said(SymptomOf(kind, minutes[i], i))), key, Policy, Given.Start);
            (state, told) = (decision.State!, decision.Messages);
        }

        return (state, told);
    }

    private static Symptom SymptomOf(string kind, int minute, int endpoint) => new(
        DerivedId.Of("test", kind, endpoint), kind + endpoint, kind, "endpoint:" + endpoint,
        Given.Start.AddMinutes(minute), [Store, "endpoint:" + endpoint], 1, null);

    private static Kind KindOf(string name, TimeSpan lag) => new(
        name, "", [], [], Priority.P3, "ml-platform", [], null, "r", ["a"])
    {
        CausedBy = [new Explanation("failed", new LagRange(TimeSpan.Zero, lag))],
    };
}
