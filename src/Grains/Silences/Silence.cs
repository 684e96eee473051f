using System.Diagnostics;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Silences;

/// <summary>
/// A silence publishes itself into the policy when it is made, edited or ended. Deciders look at its times, so it hides
/// nothing before its start or after its end, whatever becomes of its timer; the timer makes open alerts look again.
/// </summary>
public static class Silence
{
    private const int MostNotes = 20;

    public static Decision<SilenceState> Decide(SilenceState? state, SilenceCommand command, DateTimeOffset at) =>
        (state, command) switch
        {
            (_, SilenceCommand.Set set) => Set(state, set.Silence, at),
            (null, _) => new Decision<SilenceState> { Outcome = Outcome.Refused, Reason = "There is no such silence" },
            (_, SilenceCommand.Expire) => Expire(state, at),
            (_, SilenceCommand.EndedOver over) => EndedOver(state, over.IncidentId, at),
            (_, SilenceCommand.TimerFired) => Turn(state, at),
            _ => throw new UnreachableException($"{state?.Grain} does not know {command}."),
        };

    private static Decision<SilenceState> Set(SilenceState? before, Silencing silence, DateTimeOffset at)
    {
        if (silence.EndsAt <= at || silence.EndsAt <= silence.StartsAt)
        {
            return new Decision<SilenceState>
            {
                Outcome = Outcome.Refused,
                Reason = $"A silence must end in the future and after its start; endsAt is {silence.EndsAt:O}, startsAt is {silence.StartsAt:O}",
            };
        }

        // A start in the past is moved to now, unless it was already in force then.
        var startsAt = silence.StartsAt < at && before?.Silence.StartsAt != silence.StartsAt ? at : silence.StartsAt;
        var extensions = before is not { NextAt: not null }
            ? 0
            : before.Extensions + (silence.EndsAt > before.Silence.EndsAt ? 1 : 0);
        return Publish(
            silence with { StartsAt = startsAt }, extensions, at, before is null ? "Silence made" : "Silence changed");
    }

    private static Decision<SilenceState> Expire(SilenceState state, DateTimeOffset at)
    {
        if (state.Silence.EndsAt <= at)
        {
            return new Decision<SilenceState> { Outcome = Outcome.Repeat, Reason = "The silence has ended already" };
        }

        var start = state.Silence.StartsAt < at ? state.Silence.StartsAt : at;
        return Publish(
            state.Silence with { StartsAt = start, EndsAt = at }, state.Extensions, at, "Silence ended by hand");
    }

    /// <summary>It began or it ended by time.</summary>
    private static Decision<SilenceState> Turn(SilenceState state, DateTimeOffset at) => state.NextAt is not { } next || next > at
        ? new Decision<SilenceState> { Outcome = Outcome.Repeat, Reason = "The timer was moved meanwhile" }
        : Publish(state.Silence, state.Extensions, at, state.Silence.EndsAt <= at ? "Silence ended" : "Silence began");

    /// <summary>Each incident once, and no more than some: who silenced a storm is not to have one of notes.</summary>
    private static Decision<SilenceState> EndedOver(SilenceState state, string incident, DateTimeOffset at)
    {
        if (state.Silence.EndsAt > at || state.EndedOver.Contains(incident) || state.EndedOver.Count >= MostNotes)
        {
            return new Decision<SilenceState> { Outcome = Outcome.Repeat, Reason = "Nobody is to be told" };
        }

        return new Decision<SilenceState>
        {
            Outcome = Outcome.Material,
            Reason = "Ended over what still fires",
            State = state with { EndedOver = state.EndedOver.Add(incident) },
            Messages = [new Message(new GrainId(GrainKind.Incident, incident), new IncidentCommand.SilenceEnded(state.Silence))],
        };
    }

    private static Decision<SilenceState> Publish(Silencing silence, int extensions, DateTimeOffset at, string reason)
    {
        var ended = silence.EndsAt <= at;
        return new Decision<SilenceState>
        {
            Outcome = Outcome.Material,
            Reason = reason,
            State = new SilenceState
            {
                Silence = silence,
                UpdatedAt = at,
                Extensions = extensions,
                NextAt = ended ? null : silence.StartsAt > at ? silence.StartsAt : silence.EndsAt,
            },
            Publish = ended ? new PolicyChange.SilenceGone(silence.Id) : new PolicyChange.SilenceSet(silence),
            Timeline = [new TimelineEntry(new GrainId(GrainKind.Silence, silence.Id), "silence", reason, silence.CreatedBy)],
        };
    }
}
