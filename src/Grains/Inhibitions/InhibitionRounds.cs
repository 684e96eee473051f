using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Grains.Inhibitions;

/// <summary>
/// While something is held back its sources are asked now and then whether they still fire. One whose row cannot be
/// read would never say that it is over: who is silent from one round to the next is given up and counts no longer. It
/// is remembered by its id, so that what it says after all is counted once.
/// </summary>
internal static class InhibitionRounds
{
    /// <summary>Rounds begin with the first that is held back and end with the last.</summary>
    public static InhibitionState Plan(InhibitionState state, DateTimeOffset at) =>
        state.Targets <= 0 || state.Sources + state.BothSides <= 0
            ? state with { AskAt = null, AskAfter = "", AskedAt = null, AskingSince = null }
            : state with { AskAt = state.AskAt ?? at + InhibitionState.AskEvery };

    /// <summary>One page of the sources.</summary>
    public static Decision<InhibitionState> Ask(InhibitionState state, ValueList<Item> items, DateTimeOffset at)
    {
        if (state.AskAt is null || state.AskAt > at)
        {
            return new Decision<InhibitionState> { Outcome = Outcome.Repeat, Reason = "The timer was moved meanwhile" };
        }

        if (items.Count == 0)
        {
            return Inhibition.Change(
                state with { AskAt = at + InhibitionState.AskEvery, AskAfter = "", AskedAt = state.AskingSince ?? at, AskingSince = null },
                "All sources were asked");
        }

        var sources = items.Select(item => JsonSerializer.Deserialize<InhibitionSource>(item.Body, WireJson.Options)!)
            .Where(source => !state.GivenUp.Contains(source.Party.AlertId))
            .ToList();
        var silent = sources.Where(source => source.SeenAt < state.AskedAt)
            .Take(Math.Max(0, InhibitionState.MostGivenUp - state.GivenUp.Count))
            .ToList();
        var next = silent.Aggregate(state, (now, source) => GiveUp(now, source.Party)) with
        {
            AskAt = at,
            AskAfter = items[^1].Key,
            AskingSince = state.AskingSince ?? at,
        };
        return Inhibition.Change(
            Inhibition.TellOfChange(state, next, at),
            silent.Count == 0
                ? $"Asked {sources.Count} sources"
                : $"Gave up {silent.Count} sources that did not answer, such as '{silent[0].Party.Alias}'",
            [.. sources.Except(silent).Select(source => Question(state, source.Party))]);
    }

    /// <summary>Also by one that was given up: it counts again.</summary>
    public static Decision<InhibitionState> StillFires(InhibitionState state, InhibitionParty party, DateTimeOffset at)
    {
        var next = !state.GivenUp.Contains(party.AlertId) ? state : Inhibition.CountSource(state, party, +1) with
        {
            GivenUp = state.GivenUp.Where(id => id != party.AlertId).ToValueList(),
        };
        return Inhibition.Change(Inhibition.TellOfChange(state, next, at), $"'{party.Alias}' still fires") with
        {
            Items = [Inhibition.SourceRow(party, at)],
        };
    }

    private static InhibitionState GiveUp(InhibitionState state, InhibitionParty party) =>
        Inhibition.CountSource(state, party, -1) with { GivenUp = state.GivenUp.Add(party.AlertId) };

    private static Message Question(InhibitionState state, InhibitionParty source) => new(
        new GrainId(GrainKind.Alert, source.Alias), new AlertCommand.StillInhibits(source.AlertId, state.Key));
}
