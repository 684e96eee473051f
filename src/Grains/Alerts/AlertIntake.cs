using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Alerts;

/// <summary>What sources say: firing, firing again, over, or nothing any more.</summary>
internal static class AlertIntake
{
    /// <summary>More servers than this do not watch the same thing.</summary>
    private const int MostOtherStarts = 8;

    public static Decision<AlertState> Receive(
        AlertState? state, Signal signal, PolicyVersion policy, DateTimeOffset at)
    {
        return (state, signal.IsOver(at)) switch
        {
            ({ Status: AlertStatus.Open }, false) => Repeat(state, signal, policy, at),
            ({ Status: AlertStatus.Open }, true) => Resolve(state, signal, at),
            (_, true) => AlreadyOver(state, at),
            _ when HoldsAfterPersonsClose(state, signal) =>
                Alert.Unchanged("Closed by a person; the source still fires the same problem"),
            _ when HoldsAfterEscalation(state, signal, policy, at) =>
                Alert.Unchanged(
                    "Closed as nobody answered; the source still fires the same problem, which opens again later"),
            _ => Open(state, signal, policy, at),
        };
    }

    /// <summary>An absence timer: it only looks; the engine has made sure that we listened all the while.</summary>
    public static Decision<AlertState> CheckExpiry(AlertState state, DateTimeOffset at)
    {
        if (state.Status != AlertStatus.Open)
        {
            return Alert.Unchanged("Alert is already closed");
        }

        return state.SilentUntil <= at
            ? Alert.Close(
                state,
                ClosedHow.Expired,
                "",
                at,
                $"Expired: the source was silent for {Spell(at - state.Count.LastSeenAt)}")
            : new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Still re-sent",
                State = state with
                {
                    ExpiryCheckAt = state.SilentUntil,
                    ExpiryInterval = Longer(state.ExpiryInterval, state.SilentUntil - state.Count.LastSeenAt),
                },
            };
    }

    private static Decision<AlertState> Repeat(AlertState state, Signal signal, PolicyVersion policy, DateTimeOffset at)
    {
        var known = RepeatBasis.Of(state);
        var delta = signal.DeltaTo(state.Count, state.Count.Texts ?? state.Signal.Texts, policy, at);
        if (known.IsRepeatedBy(signal))
        {
            return RepeatBasis.Repeat(delta);
        }

        var (newStart, endsSooner, note) = (known.HasNewStart(signal), known.EndsSooner(signal), known.NewNote(signal));
        return new Decision<AlertState>
        {
            Outcome = Outcome.Material,
            Reason = "Repeat of an open alert, " +
                (newStart ? "with another start" : endsSooner ? "with an earlier end" : "with a note"),
            State = state with
            {
                Count = state.Count.Fold(delta),
                OtherStarts = newStart ? WithStart(state.OtherStarts, signal.StartsAt!.Value) : state.OtherStarts,
                ExpiryCheckAt = endsSooner ? delta.EndsAt : state.ExpiryCheckAt,
                UpdatedAt = note.Length > 0 ? at : state.UpdatedAt,
            },
        }.AndNote(state, signal.User, note, at);
    }

    private static Decision<AlertState> Resolve(AlertState state, Signal signal, DateTimeOffset at) =>
        state.LatestStart is { } began && signal.EndsAt < began
            ? Alert.Unchanged("A late resolve of an earlier episode")
            : Alert.Close(Ended(state, signal), ClosedHow.ResolvedBySource, signal.Source, at, "Resolved by source");

    /// <summary>While it fired the source announced an end ahead; now it says when it was.</summary>
    private static AlertState Ended(AlertState state, Signal signal) => signal.EndsAt is null
        ? state
        : state with { Count = state.Count with { EndsAt = signal.WholeEnd } };

    private static Decision<AlertState> AlreadyOver(AlertState? state, DateTimeOffset at) =>
        state is { Status: AlertStatus.Closed, SourceResolvedSince: false }
            ? new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "The source says it is over; the next firing is a new episode",
                State = state with { SourceResolvedSince = true, UpdatedAt = at },
            }
            : Alert.Unchanged("There is no open alert with this alias");

    /// <summary>
    /// A person's close is of everything that began before it, whichever server says so and whether we had heard of it
    /// or not: only a start later than the close and than all that is known is the problem coming back.
    /// </summary>
    private static bool HoldsAfterPersonsClose(AlertState? state, Signal signal) =>
        state is { Status: AlertStatus.Closed, ClosedHow: ClosedHow.ClosedByPerson, SourceResolvedSince: false } &&
        signal.StartsAt is { } began && state.LatestStart is { } latest && (began <= latest || began < state.ClosedAt);

    /// <summary>
    /// Nobody has looked at it, so it comes back like what nobody has taken: after the reminder's time while the same
    /// problem fires on, and with any start that was not known at once.
    /// </summary>
    private static bool HoldsAfterEscalation(
        AlertState? state, Signal signal, PolicyVersion policy, DateTimeOffset at) =>
        state is { Status: AlertStatus.Closed, ClosedHow: ClosedHow.ClosedByEscalation, SourceResolvedSince: false } &&
        signal.StartsAt <= state.LatestStart && at < state.ClosedAt + policy.Settings.Reminder;

    /// <summary>
    /// The first and the latest are what is shown and what decides, so one in the middle is forgotten.
    /// </summary>
    private static ValueList<DateTimeOffset> WithStart(ValueList<DateTimeOffset> starts, DateTimeOffset start)
    {
        var all = starts.Append(start).Order().ToList();
        if (all.Count > MostOtherStarts)
        {
            all.RemoveAt(1);
        }

        return all.ToValueList();
    }

    private static Decision<AlertState> Open(AlertState? before, Signal signal, PolicyVersion policy, DateTimeOffset at)
    {
        (signal, var kind) = Shaping.Shape(signal, policy, at);
        kind = PagingRules.Delayed(signal, kind, policy, at);
        var episode = (before?.Episode ?? 0) + 1;
        var openings = (before?.Openings ?? [])
            .Where(o => o > at - policy.Settings.FlapWindow)
            .Append(at)
            .TakeLast(policy.Settings.FlapCount)
            .ToValueList();
        var interval = Shorter(
            ExpiryInterval(signal, policy, at), PagingRules.Of(signal, kind, policy, at)?.Paging?.ClosesAfter);
        var state = new AlertState
        {
            Alias = signal.Alias,
            Episode = episode,
            Id = signal.AliasIsId && episode == 1
                ? Guid.Parse(signal.Alias)
                : DerivedId.At(at, "alert", signal.Alias, episode),
            Signal = signal,
            Class = kind,
            CreatedAt = at,
            UpdatedAt = at,
            Count = new AlertTally(1, at, signal.EndsAt, null),
            Openings = openings,
            Flapping = openings.Count >= policy.Settings.FlapCount,
            HoldUntil = at + kind.Hold,
            ExpiryCheckAt = interval is { } silence ? at + silence : null,
            ExpiryInterval = interval ?? TimeSpan.Zero,
        };
        (state, var registrations) = AlertCorrelation.Begin(before, state, policy, at);
        state = AlertInhibition.Await(AlertSuppression.Apply(state, policy, at));
        var silenced = AlertSuppression.Explain(state);

        // What was cut off is told like a note, and both in the log, where people look for what became of an alert.
        var said = $"{signal.Note}\n{signal.Cut}".Trim('\n');
        return new Decision<AlertState>
        {
            Outcome = Outcome.Material,
            Reason = silenced ?? "Created alert",
            State = state,
            Messages =
            [
                .. AlertCorrelation.Forget(before),
                .. AlertInhibition.Register(null, state),
                .. registrations,
                .. state.AwaitsInhibition || state.Settles ? Array.Empty<Message>() : [AlertMembership.Place(state)],
                .. Topology.LabelEdges.Learn(signal.Labels, policy, at),
            ],
            Timeline =
            [
                new TimelineEntry(
                    state.History, "created", $"Alert created by {Or(signal.Source, "an API call")}", signal.User),
                .. silenced is null
                    ? (ValueList<TimelineEntry>)[]
                    : [new TimelineEntry(state.History, "suppression", silenced)],
                .. said.Length == 0
                    ? (ValueList<TimelineEntry>)[]
                    : [new TimelineEntry(state.History, "note", said, signal.User)],
            ],
        }.AndNote(state, signal.User, said, at);
    }

    private static TimeSpan? ExpiryInterval(Signal signal, PolicyVersion policy, DateTimeOffset at) =>
        signal.ResendsSeldom ? policy.Settings.WebhookTimeout
        : !signal.ResendsWhileFiring ? null
        : signal.EndsAt is { } end && end > at ? end - at
        : policy.Settings.ResolveTimeout;

    private static TimeSpan? Shorter(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other ?? one : one;

    /// <summary>What opened it may have come late, shortly before the end that it announced.</summary>
    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => other > one ? other : one;

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;

    private static string Spell(TimeSpan span) =>
        span.TotalHours >= 1 ? $"{span.TotalHours:0.#} h" : span.TotalMinutes >= 1 ? $"{span.TotalMinutes:0.#} min" : $"{span.TotalSeconds:0} s";
}
