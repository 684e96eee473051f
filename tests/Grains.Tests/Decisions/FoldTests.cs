using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Tests.Interleaving;
using Correlation.Grains.Wire;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Grains.Tests.Decisions;

/// <summary>Recovery: stored states and the repeats since, as they lie in the log, are the live states again.</summary>
public sealed class FoldTests
{
    [Fact]
    public void Folding_a_stored_history_gives_the_live_states_byte_for_byte()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var pump = new MessagePump(Policies.Small, seed);
            var (stored, log) = (new Dictionary<GrainId, (byte[] Document, byte[] Tally)>(), new RepeatLog());
            var position = 0L;
            pump.Decided = (id, _, _, decision) =>
            {
                position++;
                if (decision.NextState is { } state)
                {
                    stored[id] = (StateWire.Document(state), StateWire.Tally(state));
                }
                else if (decision.Outcome == Outcome.Repeat)
                {
                    log.Add(new RepeatEntry(Partitions.Of(id), position, id, decision.Reason, decision.Delta));
                }
            };
            var asOf = LastMaterial(pump);
            var town = new Town(pump);
            for (var act = 0; act < 150; act++)
            {
                town.ActOnce();
                Heartbeat(pump);
                pump.Step();
            }

            AssertRecovered(pump, stored, log, asOf);
        }
    }

    /// <summary>
    /// Fold has nothing but the state and what was decided: no policy can throw in it, and no clock can be read.
    /// </summary>
    [Fact]
    public void Folding_takes_a_state_and_a_delta_and_nothing_else()
    {
        var folds = typeof(GrainState).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Where(method =>
                method.Name == "Fold" &&
                    method.DeclaringType!.Namespace!.StartsWith("Correlation.Grains", StringComparison.Ordinal));

        Assert.All(folds, fold => Assert.True(
            fold.GetParameters() is [var only] && only.ParameterType.IsAssignableTo(typeof(Delta)), $"{fold.DeclaringType}.{fold}"));
    }

    [Fact]
    public void The_states_of_a_grain_without_repeats_refuse_to_fold() =>
        Assert.Contains(
            "has no repeats, yet the log holds",
            Assert.Throws<InvalidOperationException>(() => Given.NewIncident.Fold(new HeartbeatDelta(Given.Start))).Message);

    private static void AssertRecovered(
        MessagePump pump,
        Dictionary<GrainId, (byte[] Document, byte[] Tally)> stored, RepeatLog log, Dictionary<GrainId, long> asOf)
    {
        var recovered = stored.ToDictionary(
            row => row.Key, row => StateWire.Read(row.Key.Kind, row.Value.Document, row.Value.Tally));
        foreach (var entry in RepeatLog.Read(log.Packed))
        {
            if (entry.Delta is { } delta && entry.Position > asOf[entry.Grain])
            {
                recovered[entry.Grain] = recovered[entry.Grain].Fold(delta);
            }
        }

        Assert.Contains(recovered.Values, state => state is AlertState { Count.Seen: > 1 });
        Assert.Contains(recovered.Values, state => state is HeartbeatState { Pings.LastPingAt: not null });
        foreach (var (id, live) in pump.States)
        {
            Assert.Equal(live, recovered[id]);
            Assert.Equal(StateWire.Document(live), StateWire.Document(recovered[id]));
            Assert.Equal(StateWire.Tally(live), StateWire.Tally(recovered[id]));
        }
    }

    /// <summary>The position of the decision that wrote each grain's row last.</summary>
    private static Dictionary<GrainId, long> LastMaterial(MessagePump pump)
    {
        var (asOf, position, store) = (new Dictionary<GrainId, long>(), 0L, pump.Decided!);
        pump.Decided = (id, before, command, decision) =>
        {
            position++;
            if (decision.NextState is not null)
            {
                asOf[id] = position;
            }

            store(id, before, command, decision);
        };
        return asOf;
    }

    private static void Heartbeat(MessagePump pump)
    {
        var grain = new GrainId(GrainKind.Heartbeat, "nightly");
        pump.Tell(grain, pump.Dice.Next(20) == 0 || !pump.States.ContainsKey(grain)
            ? new HeartbeatCommand.Create(new("nightly", "", 1, "hours", Enabled: true, "", "", [], Priority.P3))
            : new HeartbeatCommand.Ping());
    }
}
