using System.Diagnostics;
using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Causes;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;

namespace Correlation.Grains.Entities;

/// <summary>
/// Where causes and symptoms meet: alerts register up, and are answered down. Invariants:
/// - a symptom is offered all that explains it: what is there when it registers at once, what comes later when the rows
///   are gone through; what changes meanwhile begins from the first row again;
/// - an offer is the whole of what this entity has for that alert, so that it may be made twice;
/// - an entity that is well and under no suspicion tells nobody anything.
/// </summary>
internal static class EntityCauses
{
    private const string Rows = "registered";
    private const int MostOffers = 3;

    /// <summary>Of the slack: an end that we hear of sooner than that is as good as at once.</summary>
    private const double Prompt = 0.1;

    public static Decision<EntityState> Decide(
        EntityState state, EntityCommand command, PolicyVersion policy, DateTimeOffset at) =>
        command switch
        {
            EntityCommand.Began began => Began(state, began, policy, at),
            EntityCommand.Changed changed => HasChanged(state, changed, policy, at),
            EntityCommand.Ended ended => Ended(state, ended, policy, at),
            EntityCommand.Register register =>
                Register(register.IsKnown ? state : Counted(state, register.Symptom), register.Symptom, policy, at),
            EntityCommand.Unregister gone => Unregister(state, gone.AlertId, policy, at),
            EntityCommand.Explained explained => Explained(state, explained, policy, at),
            EntityCommand.TimerFired timer => Tell(state, timer.Items, policy, at),
            _ => throw new UnreachableException($"{state.Grain} does not know {command}."),
        };

    private static Decision<EntityState> Began(
        EntityState state, EntityCommand.Began began, PolicyVersion policy, DateTimeOffset at)
    {
        var next = Counted(With(state, began.Signal, policy, at), began.Symptom);
        return Change(
            TellAll(state, next, policy, at),
            $"'{began.Signal.Alias}' is a signal of its own",
            Offer(next, began.Symptom, Suspicion.Of(next, policy), policy)) with
        {
            Items = [Row(began.Symptom)],
        };
    }

    private static Decision<EntityState> HasChanged(
        EntityState state, EntityCommand.Changed changed, PolicyVersion policy, DateTimeOffset at)
    {
        var id = DerivedId.Of("change", $"{state.Key} {changed.Kind} {changed.Id}", 0);
        if (state.Signals.Any(signal => signal.Id == id))
        {
            return new Decision<EntityState> { Outcome = Outcome.Repeat, Reason = "The change is known" };
        }

        var onset = changed.At < at ? changed.At : at;
        var signal = new EntitySignal(id, "", changed.Kind, changed.Title, onset, KindNature.Change) { EndedAt = onset };
        return Change(TellAll(state, With(state, signal, policy, at), policy, at), $"Changed: {changed.Title}");
    }

    /// <summary>
    /// By the source's clock it began at its onset and lasted as long as it did for us. Heard of late, what registered
    /// meanwhile may have been offered a cause that was over.
    /// </summary>
    private static Decision<EntityState> Ended(
        EntityState state, EntityCommand.Ended ended, PolicyVersion policy, DateTimeOffset at)
    {
        if (state.Signals.FirstOrDefault(s => s.Id == ended.Id) is not { EndedAt: null } signal)
        {
            return new Decision<EntityState> { Outcome = Outcome.Repeat, Reason = "Not a signal that is known, or over already" };
        }

        var end = signal.Onset + ended.Lasted is { } known && known < at ? known : at;
        var next = state with { Signals = state.Signals.Select(s => s == signal ? s with { EndedAt = end } : s).ToValueList() };
        var isTold = !(state.LastOnset <= end) && at - end > Prompt * (policy.Settings.Causes?.Slack ?? TimeSpan.Zero);
        return Change(isTold ? TellAll(next with { Withdraws = true }, at) : next, "A signal of its own is over");
    }

    private static Decision<EntityState> Register(
        EntityState state, Symptom symptom, PolicyVersion policy, DateTimeOffset at)
    {
        var next = state with
        {
            Evidence = !Suspicion.IsEvidence(symptom, policy) ? state.Evidence : state.Evidence
                .Where(e => e.AlertId != symptom.AlertId)
                .Append(new Evidence(symptom.AlertId, symptom.Branch, symptom.Kind, symptom.Onset))
                .OrderBy(e => e.Onset)
                .ThenBy(e => e.AlertId)
                .TakeLast(EntityState.MostEvidence)
                .ToValueList(),
        };
        var suspicions = Suspicion.Of(next, policy);
        return Change(
            next.Evidence != state.Evidence ? TellAll(state, next, suspicions, policy, at) : next,
            $"'{symptom.Alias}' is downstream",
            Offer(next, symptom, suspicions, policy)) with
        {
            Items = [Row(symptom)],
        };
    }

    private static Decision<EntityState> Unregister(EntityState state, Guid id, PolicyVersion policy, DateTimeOffset at)
    {
        var next = Purge(state, policy, at);
        return Change(
            next with
            {
                Registered = next.Registered - 1,

                // What was suspected stays so for those that are still ill: that others are well again says nothing
                // against it.
                Evidence = next.Evidence.Where(e => e.AlertId != id || e.Onset > at - Suspicion.Remembers(policy))
                    .ToValueList(),
            },
            "An alert needs no cause any more") with
        {
            Items = [new ItemChange(Rows, id.ToString(), null)],
        };
    }

    private static Decision<EntityState> Explained(
        EntityState state, EntityCommand.Explained explained, PolicyVersion policy, DateTimeOffset at)
    {
        var next = state with
        {
            Evidence = explained.By is not { } by
                ? state.Evidence.Where(e => e.AlertId != explained.AlertId).ToValueList()
                : state.Evidence.Select(e => e.AlertId != explained.AlertId ? e : e with
                {
                    By = by.Length > 0 ? by : null,
                    IsExplained = by.Length > 0 && explained.Observed,
                }).ToValueList(),
        };
        return next.Evidence.Equals(state.Evidence)
            ? new Decision<EntityState> { Outcome = Outcome.Repeat, Reason = "It speaks for this entity as it did" }
            : Change(TellAll(state, next, policy, at), "A symptom has a cause elsewhere");
    }

    /// <summary>One page of those that registered.</summary>
    private static Decision<EntityState> Tell(
        EntityState state, ValueList<Item> items, PolicyVersion policy, DateTimeOffset at)
    {
        if (state.TellAt is null || state.TellAt > at)
        {
            return new Decision<EntityState> { Outcome = Outcome.Repeat, Reason = "The timer was moved meanwhile" };
        }

        var done = items.Count < EntityState.Page && items.Count == 0;
        var suspicions = Suspicion.Of(state, policy);
        var symptoms = items.Select(item => JsonSerializer.Deserialize<Symptom>(item.Body, WireJson.Options)!);
        return Change(
            state with { TellAfter = done ? null : items[^1].Key, TellAt = done ? null : at, Withdraws = state.Withdraws && !done },
            done ? "All that are downstream know" : $"Told {items.Count} that are downstream",
            [.. symptoms.SelectMany(symptom => Offer(state, symptom, suspicions, policy))]);
    }

    private static Message[] Offer(
        EntityState state, Symptom symptom, ValueList<Suspicion> suspicions, PolicyVersion policy)
    {
        var offers = state.Signals
            .Select(signal => Scoring.Of(state.Key, signal, symptom, policy))
            .OfType<Candidate>()
            .Order(
                Comparer<Candidate>.Create(
                    (one, other) => Scoring.Compare(one, other, policy.Settings.Causes!.Threshold)))
            .Take(MostOffers)
            .Concat(suspicions
                .Where(suspicion => suspicion.Covers(symptom, policy))
                .OrderBy(suspicion => !suspicion.Below)
                .ThenByDescending(suspicion => suspicion.Weight)
                .ThenBy(suspicion => suspicion.PointsTo.Length == 0)
                .Take(1)
                .Select(suspicion =>
                    Scoring.Suspected(
                        state.Key,
                        symptom,
                        suspicion.From,
                        suspicion.Weight,
                        suspicion.PointsTo,
                        suspicion.PathTo(symptom, policy)) with
                    {
                        Hearsay = Waves.Is(state.Key) ? "" : suspicion.PointsTo,
                    }))
            .ToValueList();
        return offers.Count == 0 && !state.Withdraws
            ? []
            : [new Message(new GrainId(GrainKind.Alert, symptom.Alias), new AlertCommand.Candidates(symptom.AlertId, state.Key, offers))];
    }

    private static EntityState Counted(EntityState state, Symptom symptom) => state with
    {
        Registered = state.Registered + 1,
        FirstOnset = state.FirstOnset < symptom.Onset ? state.FirstOnset : symptom.Onset,
        LastOnset = state.LastOnset > symptom.Onset ? state.LastOnset : symptom.Onset,
    };

    /// <summary>
    /// Of each kind the first that fire, and of what is over the first and the latest: what was changed last week is
    /// less to blame than what was changed today. Which these are does not depend on the order in which they came.
    /// </summary>
    private static EntityState With(EntityState state, EntitySignal signal, PolicyVersion policy, DateTimeOffset at)
    {
        var signals = Purge(state, policy, at).Signals.Where(s => s.Id != signal.Id).Append(signal)
            .GroupBy(s => s.Kind)
            .SelectMany(Kept)
            .OrderBy(s => s.EndedAt is not null)
            .ThenBy(s => s.EndedAt is null ? s.Onset.UtcTicks : -s.Onset.UtcTicks)
            .ThenBy(s => s.Id)
            .Take(EntityState.MostSignals)
            .ToValueList();
        return state with { Signals = signals };
    }

    private static IEnumerable<EntitySignal> Kept(IEnumerable<EntitySignal> kind)
    {
        var byOnset = kind.OrderBy(s => s.Onset).ThenBy(s => s.Id).ToList();
        var over = byOnset.FindAll(s => s.EndedAt is not null);
        return byOnset.Where(s => s.EndedAt is null).Take(EntityState.MostOfOneKind)
            .Concat(over.Take(1))
            .Concat(over.Skip(1).TakeLast(EntityState.MostOfOneKind));
    }

    private static EntityState Purge(EntityState state, PolicyVersion policy, DateTimeOffset at)
    {
        var left = state.Signals.Where(s => s.EndedAt is null || s.EndedAt + Follows(s.Kind, policy) > at)
            .ToValueList();
        return left.Count == state.Signals.Count ? state : state with { Signals = left };
    }

    /// <summary>How long after it is over something may still begin that it explains.</summary>
    private static TimeSpan Follows(string kind, PolicyVersion policy)
    {
        var settings = policy.Settings.Causes ?? new CorrelationSettings();
        var kinds = KindIndex.Of(policy);
        var longest = policy.Kinds
            .Select(effect => kinds.Explain(kind, effect.Name)?.Lag.Max ?? TimeSpan.Zero)
            .Append(settings.SymptomWindow)
            .Max();
        return longest + (longest / 4) + settings.Slack + settings.Lateness;
    }

    /// <summary>A new signal is offered to all; what makes the suspicion come or go is too.</summary>
    private static EntityState TellAll(EntityState before, EntityState next, PolicyVersion policy, DateTimeOffset at)
    {
        var told = TellAll(before, next, Suspicion.Of(next, policy), policy, at);
        return next.Signals.Equals(before.Signals) ? told : TellAll(told, at);
    }

    /// <summary>
    /// Another suspicion, one by more or fewer, or one that reaches others of those that registered: who was told of
    /// it, or was not, is told anew. That it reaches further where nobody is concerns nobody, as is the rule while
    /// symptoms come in.
    /// </summary>
    private static EntityState TellAll(
        EntityState before, EntityState next, ValueList<Suspicion> suspicions, PolicyVersion policy, DateTimeOffset at)
    {
        var (old, now) = (Reaches(Suspicion.Of(before, policy), next), Reaches(suspicions, next));
        return old.SequenceEqual(now)
            ? next
            : TellAll(next with { Withdraws = next.Withdraws || old.Exists(IsLess) }, at);

        bool IsLess((string Kind, string PointsTo, double Weight, DateTimeOffset? From, DateTimeOffset? To) one) =>
            !now.Exists(other => other.Kind == one.Kind && other.From <= one.From && other.To >= one.To);
    }

    private static List<(string Kind, string PointsTo, double Weight, DateTimeOffset? From, DateTimeOffset? To)> Reaches(
        ValueList<Suspicion> suspicions, EntityState state) =>
    [
        .. suspicions.Select(s => (
            s.Kind,
            s.PointsTo,
            s.Weight,
            (DateTimeOffset?)(s.From - s.Window > state.FirstOnset ? s.From - s.Window : state.FirstOnset),
            (DateTimeOffset?)(s.To + s.Window < state.LastOnset ? s.To + s.Window : state.LastOnset))),
    ];

    private static EntityState TellAll(EntityState state, DateTimeOffset at) =>
        state.Registered > 0 ? state with { TellAt = at, TellAfter = "" } : state;

    private static ItemChange Row(Symptom symptom) =>
        new(Rows, symptom.AlertId.ToString(), JsonSerializer.Serialize(symptom, WireJson.Lean));

    private static Decision<EntityState> Change(EntityState state, string reason, params Message[] messages) => new()
    {
        Outcome = Outcome.Material,
        Reason = reason,
        State = state,
        Messages = messages.ToValueList(),
    };
}
