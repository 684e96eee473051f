using System.Diagnostics;
using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Grains.Inhibitions;

/// <summary>
/// Where the sources and the targets of a rule meet: "register up, answer down". Invariants:
/// - the counts are sums of what alerts say when they enter and leave, each once and in order;
/// - a target that entered is answered, also when no source fires, and told whenever its answer changes;
/// - nothing is held back for long by a source that says nothing any more: see <see cref="InhibitionRounds"/>;
/// - an alert that both sides match is not held back by another such, and so never by itself.
/// </summary>
public static class Inhibition
{
    private const string Targets = "targets";
    private const string Sources = "sources";

    public static Decision<InhibitionState> Decide(
        InhibitionState? state, InhibitionCommand command, string key, DateTimeOffset at)
    {
        var now = state ?? new InhibitionState { Key = key };
        return command switch
        {
            InhibitionCommand.Enter enter => Enter(now, enter.Party, at),
            InhibitionCommand.Leave leave => Leave(now, leave.Party, at),
            InhibitionCommand.Answer answer =>
                Change(now, $"Answered '{answer.Party.Alias}'", ToTarget(now, answer.Party)),
            InhibitionCommand.StillFires still => InhibitionRounds.StillFires(now, still.Party, at),
            InhibitionCommand.TimerFired { Name: "ask" } timer => InhibitionRounds.Ask(now, timer.Items, at),
            InhibitionCommand.TimerFired timer => Tell(now, timer.Items, at),
            _ => throw new UnreachableException($"{now.Grain} does not know {command}."),
        };
    }

    private static Decision<InhibitionState> Enter(InhibitionState state, InhibitionParty party, DateTimeOffset at)
    {
        // Said twice by one that is known counts once.
        var next = state.FirstSources.Any(source => source.AlertId == party.AlertId)
            ? state
            : CountTarget(CountSource(state, party, +1), party, +1);
        return Change(
            TellOfChange(state, next, at),
            $"'{party.Alias}' is {Role(party)}",
            party.IsTarget ? [new Message(state.Grain, new InhibitionCommand.Answer(party))] : []) with
        {
            Items =
            [
                .. party.IsTarget
                    ? [new ItemChange(Targets, KeyOf(party), JsonSerializer.Serialize(party, WireJson.Lean))]
                    : (ValueList<ItemChange>)[],
                .. party.IsSource ? [SourceRow(party, at)] : (ValueList<ItemChange>)[],
            ],
        };
    }

    private static Decision<InhibitionState> Leave(InhibitionState state, InhibitionParty party, DateTimeOffset at)
    {
        // Who was given up does not count as a source any more.
        var next = CountTarget(state.GivenUp.Contains(party.AlertId) ? state : CountSource(state, party, -1), party, -1) with
        {
            GivenUp = state.GivenUp.Where(id => id != party.AlertId).ToValueList(),
        };
        return Change(TellOfChange(state, next, at), $"'{party.Alias}' is no longer {Role(party)}") with
        {
            Items =
            [
                .. party.IsTarget ? [new ItemChange(Targets, KeyOf(party), null)] : (ValueList<ItemChange>)[],
                .. party.IsSource ? [new ItemChange(Sources, KeyOf(party), null)] : (ValueList<ItemChange>)[],
            ],
        };
    }

    /// <summary>One page of the targets. What changes meanwhile begins from the first one again.</summary>
    private static Decision<InhibitionState> Tell(InhibitionState state, ValueList<Item> items, DateTimeOffset at)
    {
        if (state.TellAt is null || state.TellAt > at)
        {
            return new Decision<InhibitionState> { Outcome = Outcome.Repeat, Reason = "The timer was moved meanwhile" };
        }

        var done = items.Count == 0;
        return Change(
            state with { TellAfter = done ? null : items[^1].Key, TellAt = done ? null : at },
            done ? "All targets know" : $"Told {items.Count} targets",
            [.. items.Select(item => ToTarget(state, JsonSerializer.Deserialize<InhibitionParty>(item.Body, WireJson.Options)!))]);
    }

    internal static ItemChange SourceRow(InhibitionParty party, DateTimeOffset at) =>
        new(Sources, KeyOf(party), JsonSerializer.Serialize(new InhibitionSource(party, at), WireJson.Lean));

    internal static InhibitionState CountSource(InhibitionState state, InhibitionParty party, int change) => state with
    {
        FirstSources =
            change < 0 ? state.FirstSources.Where(source => source.AlertId != party.AlertId).ToValueList()
            : party.IsSource && state.FirstSources.Count < InhibitionState.FirstFew ? state.FirstSources.Add(party)
            : state.FirstSources,
        Sources = state.Sources + (party is { IsSource: true, IsTarget: false } ? change : 0),
        BothSides = state.BothSides + (party.IsBoth ? change : 0),
    };

    private static InhibitionState CountTarget(InhibitionState state, InhibitionParty party, int change) =>
        party.IsTarget ? state with { Targets = state.Targets + change } : state;

    internal static InhibitionState TellOfChange(InhibitionState before, InhibitionState next, DateTimeOffset at)
    {
        next = InhibitionRounds.Plan(next, at);
        return next.Targets > 0 && (Holds(before, isBoth: false) != Holds(next, isBoth: false) || Holds(before, isBoth: true) != Holds(next, isBoth: true))
            ? next with { TellAt = at, TellAfter = "" }
            : next;
    }

    private static bool Holds(InhibitionState state, bool isBoth) => state.Sources + (isBoth ? 0 : state.BothSides) > 0;

    private static Message ToTarget(InhibitionState state, InhibitionParty target)
    {
        var source = state.FirstSources.FirstOrDefault(party => !(target.IsBoth && party.IsBoth));
        return new Message(
            new GrainId(GrainKind.Alert, target.Alias),
            new AlertCommand.Inhibited(
                target.AlertId, state.Key, Holds(state, target.IsBoth), source?.Alias ?? "", source?.Title ?? ""));
    }

    private static string Role(InhibitionParty party) =>
        party.IsBoth ? "source and target" : party.IsSource ? "a source" : "a target";

    internal static string KeyOf(InhibitionParty party) => party.AlertId.ToString();

    internal static Decision<InhibitionState> Change(InhibitionState state, string reason, params Message[] messages) => new()
    {
        Outcome = Outcome.Material,
        Reason = reason,
        State = state,
        Messages = messages.ToValueList(),
    };
}
