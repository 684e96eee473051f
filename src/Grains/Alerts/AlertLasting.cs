using Correlation.Grains.Causes;
using Correlation.Grains.Entities;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Alerts;

/// <summary>
/// What of a watched kind goes on, and what may be over: how long its source says so is what tells what follows from
/// something from what comes and goes.
/// </summary>
internal static class AlertLasting
{
    /// <summary>Of the slack: what is said twice within it is said once.</summary>
    private const double SaidAgain = 0.1;

    /// <summary>So many times as long as it used to take to say it again.</summary>
    private const double Silence = 3;

    /// <summary>
    /// By its source it began before the episode that is over did: that is meant, and the message took its time.
    /// </summary>
    public static bool IsSaidLate(AlertState? before, AlertState state) =>
        before is { Status: AlertStatus.Closed } && state.Signal.StartsAt <= before.LatestStart;

    /// <summary>Of the timer "lasts": it is more than what comes and goes, and may have a cause.</summary>
    public static Decision<AlertState> Lasts(AlertState state, PolicyVersion policy, DateTimeOffset at)
    {
        if (state.Causes is not { FleetingUntil: { } until } causes || until > at)
        {
            return Alert.Unchanged("The timer was moved meanwhile");
        }

        if (policy.Settings.Causes is { } settings && HasFallenSilent(state, settings, at))
        {
            return AlertCorrelation.Say(
                state with { Causes = causes with { FleetingUntil = at + settings.Fleeting } },
                "Its source says nothing any more: it may be over",
                []);
        }

        var (lasting, registrations) = Last(state, policy);
        var chosen = CauseChoice.Choose(lasting, causes.Best, policy, at);
        return chosen.State is null
            ? AlertCorrelation.Say(lasting, "It lasts: it may have a cause", registrations)
            : chosen with { Messages = [.. registrations, .. chosen.Messages] };
    }

    /// <summary>
    /// A source that said every few minutes that it goes on, and says so no more. Of one that says it once, nothing is
    /// known.
    /// </summary>
    private static bool HasFallenSilent(AlertState state, CorrelationSettings settings, DateTimeOffset at)
    {
        var spoke = state.Count.LastSeenAt - state.CreatedAt;
        return WasSaidAgain(state, settings) &&
            at - state.Count.LastSeenAt > Silence * (spoke / (state.Count.Seen - 1));
    }

    private static bool WasSaidAgain(AlertState state, CorrelationSettings settings) =>
        state.Count.Seen > 1 && state.Count.LastSeenAt - state.CreatedAt >= SaidAgain * settings.Slack;

    /// <summary>Of the timer "wave": what of its kind goes on elsewhere may have come with it.</summary>
    public static Decision<AlertState> JoinWave(AlertState state, PolicyVersion policy, DateTimeOffset at)
    {
        if (state.Causes is not { WaveAt: { } due } causes || due > at)
        {
            return Alert.Unchanged("The timer was moved meanwhile");
        }

        if (policy.Settings.Causes is { } settings &&
            (!WasSaidAgain(state, settings) || HasFallenSilent(state, settings, at)))
        {
            return AlertCorrelation.Say(
                state with { Causes = causes with { WaveAt = at + settings.Fleeting } },
                "Its source says nothing any more: it may be over",
                []);
        }

        var waits = state with { Causes = causes with { WaveAt = null } };
        if (WaveOf(state, policy) is not { } wave)
        {
            return AlertCorrelation.Say(waits, "What it is part of is not known any more", []);
        }

        var symptom = AlertCorrelation.OwnSymptom(state, causes.Onset, causes.Habitual) with { Path = [wave, state.Class.Entity] };
        return AlertCorrelation.Say(
            waits with { Causes = waits.Causes! with { Registered = causes.Registered.Add(wave) } },
            "It lasts: others of its kind may have come with it",
            [AlertCorrelation.Tell(wave, new EntityCommand.Register(symptom))]);
    }

    /// <summary>Null when what it is of makes none, or no lineage says what it hangs together with.</summary>
    public static string? WaveOf(AlertState state, PolicyVersion policy) =>
        KindIndex.Of(policy).Find(state.Class.Kind) is { Watch: not null, Nature: not KindNature.Change } kind &&
        policy.Settings.Causes is { Fleeting.Ticks: > 0 }
            ? Waves.KeyOf(kind.Name, state.Class.Entity, policy)
            : null;

    /// <summary>From now on it says something of what is upstream.</summary>
    public static (AlertState State, IEnumerable<Message> Registrations) Last(AlertState state, PolicyVersion policy)
    {
        var causes = state.Causes!;
        return (
            state with { Causes = causes with { FleetingUntil = null } },
            AlertCorrelation.PlacesOf(state, causes.Onset, causes.Habitual, policy)
                .Where(place => place.Symptom.Hops > 0 && causes.Registered.Contains(place.Entity))
                .Select(place =>
                    AlertCorrelation.Tell(
                        place.Entity, new EntityCommand.Register(place.Symptom) { IsKnown = true })));
    }
}
