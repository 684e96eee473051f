using Correlation.Grains.Causes;
using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Alerts;

/// <summary>
/// How an alert finds its cause: it registers with its own entity and with all that is upstream, is offered candidates,
/// and keeps the best. Which of them it takes depends on what was offered and never on the order of it, as long as that
/// comes within the lateness; later a better one must be better by a margin.
/// </summary>
internal static class AlertCorrelation
{
    private static readonly TimeSpan ChangesStay = TimeSpan.FromDays(1);

    private const double MostOfHold = 0.8;

    /// <summary>
    /// Of an alert that opens. One that names neither an entity nor what it shares has nothing to look for, and is at
    /// most watched.
    /// </summary>
    public static (AlertState State, IEnumerable<Message> Registrations) Begin(
        AlertState? before, AlertState state, PolicyVersion policy, DateTimeOffset at)
    {
        if (policy.Settings.Causes is not { } settings)
        {
            return (state, []);
        }

        var kind = KindIndex.Of(policy).Find(state.Class.Kind);
        var onset = state.StartsAt < at ? state.StartsAt : at;
        var goesOn = AlertLasting.IsSaidLate(before, state);
        var isBack = !goesOn && before?.ClosedAt >= at - settings.Lateness;
        var isHabitual = !isBack && kind?.Watch is { } window && before is { ClosedHow: not ClosedHow.Expired } && IsWatched(before) &&
            before.ClosedAt >= at - window;
        var places = PlacesOf(state, onset, isHabitual, policy);
        var nature = kind?.Nature ?? KindNature.Fault;
        var watch = kind?.Watch ?? (nature == KindNature.Change ? ChangesStay / settings.TimeScale : null);
        if (places.Count == 0 && watch is null)
        {
            return (state, []);
        }

        var wait = Earlier(
            settings.Gather > settings.Settle ? settings.Gather : settings.Settle, MostOfHold * state.Class.Hold);

        // What is over and back within minutes flaps: it goes on all the while.
        var isFleeting = !isBack && kind is { Nature: KindNature.Fault, Watch: not null } && !IsCritical(state) &&
            settings.Fleeting > TimeSpan.Zero;
        var causes = new AlertCauses(onset)
        {
            FleetingUntil = isFleeting ? at + settings.Fleeting : null,
            WaveAt = isHabitual || AlertLasting.WaveOf(state, policy) is null
                ? null
                : at + (Waves.Lasting * settings.Fleeting),
            Nature = nature,
            CauseWindow = kind?.CauseWindow ?? TimeSpan.Zero,
            Lateness = settings.Lateness + settings.Slack,
            Habitual = isHabitual,
            Registered = places.Select(place => place.Entity).ToValueList(),
            // With nothing upstream there is nothing to wait for: its own entity places it where its other signals are.
            SettleAt = wait > TimeSpan.Zero && places.Count > 1 ? at + wait : null,
            WatchUntil = watch is null ? null : at + watch,
            Prefers = goesOn || before?.ClosedAt >= at - policy.Settings.FlapWindow ? before!.IncidentId : null,
            GoesOn = goesOn,
        };
        var signal = new EntitySignal(state.Id, state.Alias, state.Class.Kind, state.Message, onset, nature) { Habitual = isHabitual };
        return (state with { Causes = causes }, places.Select(place => Tell(
            place.Entity,
            place.Symptom.Hops == 0 && place.Entity == state.Class.Entity
                ? new EntityCommand.Began(signal, place.Symptom)
                : new EntityCommand.Register(place.Symptom with { Fleeting = isFleeting }))));
    }

    /// <summary>Of the timer "settle": what came together is placed together.</summary>
    public static Decision<AlertState> Settle(AlertState state, DateTimeOffset at)
    {
        if (state.Causes is not { SettleAt: { } settle } || settle > at || state.Status != AlertStatus.Open)
        {
            return Alert.Unchanged("The timer was moved meanwhile");
        }

        var next = WaitNoLonger(state);
        return Say(
            next,
            next.Causes!.Parent is { } parent ? $"Explained by {Name(parent)}" : "Nothing explains it so far",
            state.IncidentId is null && !state.AwaitsInhibition ? [Place(next)] : []);
    }

    /// <summary>To where its incident is decided: by its cause, or by its own entity.</summary>
    public static Message Place(AlertState state) =>
        state.Causes?.Parent is not null ? AlertFollowing.Ask(state) : AlertMembership.Place(state);

    public static AlertState WaitNoLonger(AlertState state) =>
        state.Causes is { } causes ? state with { Causes = causes with { SettleAt = null } } : state;

    public static Decision<AlertState> Heed(
        AlertState state, AlertCommand.Candidates told, PolicyVersion policy, DateTimeOffset at)
    {
        if (state.Id != told.Episode || state.Causes is not { } causes || IsForgotten(state))
        {
            return Alert.Unchanged("Another episode of the alias is current");
        }

        var all = causes.Best.Where(c => c.Entity != told.Entity)
            .Concat(told.Offers.Where(c => !causes.Barred.Contains(c.Id)));
        return Hasten(state, CauseChoice.Choose(state, all, policy, at), policy, at);
    }

    /// <summary>Whose cause is known waits no longer than for what comes together with it.</summary>
    private static Decision<AlertState> Hasten(
        AlertState state, Decision<AlertState> chosen, PolicyVersion policy, DateTimeOffset at)
    {
        if ((chosen.State ?? state) is not { Causes: { SettleAt: { } settle, Parent: not null } causes } next ||
            policy.Settings.Causes is not { } settings)
        {
            return chosen;
        }

        var until = next.CreatedAt + settings.Settle;
        return until >= settle
            ? chosen
            : Say(next with { Causes = causes with { SettleAt = until > at ? until : at } }, chosen.Reason, chosen.Messages) with
            {
                Timeline = chosen.Timeline,
            };
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    public static Decision<AlertState> Heed(
        AlertState state, AlertCommand.CauseGone gone, PolicyVersion policy, DateTimeOffset at)
    {
        if (state.Id != gone.Episode || state.Causes is not { } causes || IsForgotten(state))
        {
            return Alert.Unchanged("Another episode of the alias is current");
        }

        var barred = state with { Causes = causes with { Barred = Barred(causes, [gone.Cause]) } };
        return CauseChoice.Choose(barred, causes.Best.Where(c => c.Id != gone.Cause), policy, at);
    }

    public static ValueList<Guid> Barred(AlertCauses causes, IEnumerable<Guid> more) =>
        causes.Barred.Concat(more).Distinct().TakeLast(AlertCauses.MostBarred).ToValueList();

    /// <summary>It came and went: it is not what follows from a fault, which goes on.</summary>
    public static bool HasPassed(AlertState state, ClosedHow how) =>
        how is ClosedHow.ResolvedBySource or ClosedHow.Expired &&
        state.Causes is { FleetingUntil: not null, Parent: { } parent } && !CauseChoice.IsSameTrouble(state, parent);

    /// <summary>Of an alert that closes.</summary>
    public static AlertCauses? Over(AlertState state, DateTimeOffset at) => state.Causes is not { } causes ? null : causes with
    {
        SettleAt = null,
        ForgetAt = at + causes.Lateness,
        TellAfter = causes.Nature == KindNature.Measurement && causes.Followers > 0
            ? AlertFollowing.FirstRow(state)
            : causes.TellAfter,
        TellAt = causes.Nature == KindNature.Measurement && causes.Followers > 0 ? at : causes.TellAt,
    };

    public static IEnumerable<Message> Ended(AlertState state)
    {
        if (state.Causes is not null && state.Class.Entity.Length > 0)
        {
            yield return Tell(state.Class.Entity, new EntityCommand.Ended(state.Id, state.ClosedAt - state.CreatedAt));
        }
    }

    /// <summary>Of an episode that is over for good.</summary>
    public static IEnumerable<Message> Forget(AlertState? state) => state?.Causes is not { } causes ? [] :
    [
        .. causes.Registered.Select(entity => Tell(entity, new EntityCommand.Unregister(state.Id))),
        .. causes.Registered.Count > 0 ? AlertFollowing.Unask(state) : [],
    ];

    /// <summary>Of the timer "forget".</summary>
    public static Decision<AlertState> Forgotten(AlertState state, DateTimeOffset at) =>
        state.Causes is not { ForgetAt: { } forget } causes || forget > at
            ? Alert.Unchanged("The timer was moved meanwhile")
            : Say(
                state with { Causes = causes with { ForgetAt = null, Registered = [], Excused = [], ExcusedBy = "", ExcusedSeen = false } },
                "It can be given no cause any more",
                [.. Forget(state)]);

    /// <summary>What is known of its causes that keeps it from paging.</summary>
    public static IEnumerable<string> HoldBack(AlertState state)
    {
        if (state.Causes is not { } causes)
        {
            yield break;
        }

        if (causes.Nature == KindNature.Change)
        {
            yield return Suppressor.OfChange(state.Class.Kind);
        }
        else if (IsWatched(state))
        {
            yield return Suppressor.OfWatch(state.Class.Kind);
        }

        // Its alert says so to who follows it, unless it begins again before it could.
        if (causes is { Parent: { Nature: KindNature.Measurement, IsOver: false } parent, LeadIsOpen: true } &&
            !IsCritical(state))
        {
            yield return Suppressor.OfMeasurement(parent.Kind);
        }

        if (causes.Late)
        {
            yield return Suppressor.Late;
        }
    }

    /// <summary>Null for what is not watched, or is worth a page.</summary>
    public static DateTimeOffset? WatchEnd(AlertState state) =>
        state.Causes is { } causes && (causes.Nature == KindNature.Change || IsWatched(state))
            ? causes.WatchUntil
            : null;

    /// <summary>Of a kind that alone is worth no page, and nothing says that this one is.</summary>
    public static bool IsWatched(AlertState state) =>
        state.Causes is { WatchUntil: not null, Corroborated: false } && !IsCritical(state);

    /// <summary>
    /// Whoever sent it so, or made it so, wants to know at once: it pages whatever is known of its causes.
    /// </summary>
    public static bool IsCritical(AlertState state) => state.Priority == Priority.P1;

    /// <summary>As its priority is now; what silences, windows and rules hold back stays so.</summary>
    public static AlertState HoldBackAnew(AlertState state)
    {
        if (state.Causes is null)
        {
            return state;
        }

        var by = state.SuppressedBy.Where(by => !Suppressor.IsCorrelation(by))
            .Concat(HoldBack(state))
            .Order(StringComparer.Ordinal)
            .ToValueList();
        return state with { SuppressedBy = by, SuppressedSince = by.Count == 0 ? null : state.SuppressedSince };
    }

    /// <summary>What its source still says is not over: it is watched on from when it was said last.</summary>
    public static Decision<AlertState> EndWatch(AlertState state, PolicyVersion policy, DateTimeOffset at) =>
        KindIndex.Of(policy).Find(state.Class.Kind)?.Watch is { } watch && state.Count.LastSeenAt + watch > at
            ? AlertSuppression.Settle(
                state,
                state with { Causes = state.Causes! with { WatchUntil = state.Count.LastSeenAt + watch } },
                policy,
                at)
            : Alert.Close(
                state,
                ClosedHow.Expired,
                "",
                at,
                "Watched to the end of its window: nothing nearby made it worth a page");

    public static Link? LinkOf(AlertState state) => state.Causes is not { } causes ? null : new Link(
        causes.Onset,
        causes.Nature,
        causes.Parent,
        causes.Best.Where(c => c.Id != causes.Parent?.Id).Select(c => c.Shown()).ToValueList());

    public static string? ReasonOf(AlertState state) => state.Causes?.Parent is { } parent
        ? string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{(parent.Observed ? "explained by" : "suspected cause")} {Name(parent)}, score {parent.Score:0.00}{(state.Causes.Late ? ", late" : "")}")
        : null;

    /// <summary>What holds it back by its causes is said to its incident, and so is what explains it.</summary>
    public static (AlertState State, List<Message> Messages, ValueList<TimelineEntry> Timeline) Retell(
        AlertState state, AlertState changed, PolicyVersion policy, DateTimeOffset at)
    {
        var (next, messages, timeline) = (changed, new List<Message>(), (ValueList<TimelineEntry>)[]);
        if (changed.Status == AlertStatus.Open && !HoldBack(state).SequenceEqual(HoldBack(changed)))
        {
            var settled = AlertSuppression.Settle(state, changed, policy, at);
            next = settled.State!;
            messages.AddRange(settled.Messages);
            timeline = settled.Timeline;
        }

        if (state.IncidentId is { } incident && LinkOf(state) is { } link && link != LinkOf(next))
        {
            messages.Add(AlertMembership.Tell(
                incident, new IncidentCommand.MemberLinked(link.ParentKey, AlertMembership.MemberOf(next with { IncidentId = incident }))));
        }

        return (next, messages, timeline);
    }

    public static Decision<AlertState> Say(AlertState state, string reason, IEnumerable<Message> messages) => new()
    {
        Outcome = Outcome.Material,
        Reason = reason,
        State = state,
        Messages = messages.ToValueList(),
    };

    private static bool IsForgotten(AlertState state) =>
        state.Status != AlertStatus.Open && state.Causes?.ForgetAt is null;

    public static List<(string Entity, Symptom Symptom)> PlacesOf(
        AlertState state, DateTimeOffset onset, bool isHabitual, PolicyVersion policy)
    {
        return [.. Ancestry.Of(OwnSymptom(state, onset, isHabitual), state.Signal.Labels, policy)];
    }

    public static Symptom OwnSymptom(AlertState state, DateTimeOffset onset, bool isHabitual) =>
        new(state.Id, state.Alias, state.Class.Kind, state.Class.Entity, onset, [state.Class.Entity], 1, null) { Habitual = isHabitual };

    public static string Name(Candidate cause) =>
        cause.Blamed.Length == 0 ? "a wave of its kind, of which no cause is known"
        : cause.Observed ? $"{(cause.Kind.Length > 0 ? cause.Kind : "an alert")} of {cause.Entity}" : $"{cause.Blamed}, of which nothing was observed";

    public static Message Tell(string entity, EntityCommand command) =>
        new(new GrainId(GrainKind.Entity, entity), command);
}
