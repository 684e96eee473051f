using System.Text.Json;
using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;

namespace Correlation.Grains.Alerts;

/// <summary>
/// An alert follows its cause into the cause's incident. Kept here:
/// - who follows is told where the cause is, now and whenever it moves;
/// - the root of an incident takes it along: the two merge, and the one opened first survives; who is no root leaves
///   and joins, and its own followers come after it;
/// - what is on its way is not waited for: the hold goes on until an incident has confirmed.
/// </summary>
internal static class AlertFollowing
{
    private const string Rows = "followers";

    public static string FirstRow(AlertState state) => state.Id + "/";

    /// <summary>Asks the cause where to go.</summary>
    public static Message Ask(AlertState state)
    {
        var parent = state.Causes!.Parent!;
        return new Message(parent.Leader, parent.Leader.Kind == GrainKind.Alert
            ? new AlertCommand.Follow(parent.Id, FollowerOf(state))
            : new EntityCommand.Follow(state.Id, state.Alias, parent.Id, TakenAlong(state)));
    }

    public static IEnumerable<Message> Unask(AlertState state)
    {
        if (state.Causes is { Parent: { } parent } && parent.Leader.Kind == GrainKind.Alert)
        {
            yield return new Message(parent.Leader, new AlertCommand.Unfollow(parent.Id, state.Id));
        }
    }

    public static Decision<AlertState> Follow(
        AlertState? state, AlertCommand.Follow follow, PolicyVersion policy, DateTimeOffset at)
    {
        var follower = follow.Follower;
        if (state?.Causes is not { } causes || state.Id != follow.Episode || state.Status == AlertStatus.Deleted ||
            (state.Status != AlertStatus.Open && state.IncidentId is null))
        {
            return new Decision<AlertState>
            {
                Outcome = Outcome.Refused,
                Reason = "Not the alert's current episode, or in no incident",
                Messages = [ToAlert(follower.Alias, new AlertCommand.CauseGone(follower.Id, follow.Episode))],
            };
        }

        var isCorroborated = follower.Corroborates && causes.Nature == KindNature.Fault;
        var (known, registrations) = isCorroborated && causes.FleetingUntil is not null && state.Status == AlertStatus.Open
            ? AlertLasting.Last(state, policy)
            : (state, []);
        var (next, messages, timeline) = AlertCorrelation.Retell(state, known with
        {
            Causes = known.Causes! with
            {
                Followers = causes.Followers + 1,
                Corroborated = causes.Corroborated || isCorroborated,
                Prefers = causes.Prefers
                    ?? (state.IncidentId is null && follower.Incident.Length > 0 ? follower.Incident : null),
            },
        }, policy, at);
        messages.AddRange(registrations);
        return AlertCorrelation.Say(
            next,
            $"Explains '{follower.Alias}'",
            state.IncidentId is null ? messages : [.. messages, Lead(state, follower)]) with
        {
            Timeline = timeline,
            Items = [new ItemChange(Rows, FirstRow(state) + follower.Id, JsonSerializer.Serialize(follower, WireJson.Lean))],
        };
    }

    public static Decision<AlertState> Unfollow(AlertState? state, AlertCommand.Unfollow follow) => state is null
        ? Alert.Refuse("There is no alert with this alias")
        : AlertCorrelation.Say(
            state is { Causes: { } causes } && state.Id == follow.Episode
                ? state with { Causes = causes with { Followers = causes.Followers - 1 } }
                : state,
            "Explains an alert less",
            []) with
        {
            Items = [new ItemChange(Rows, $"{follow.Episode}/{follow.Follower}", null)],
        };

    /// <summary>Of the timer "tell": one page of those that follow.</summary>
    public static Decision<AlertState> Tell(AlertState state, ValueList<Item> items, DateTimeOffset at)
    {
        if (state.Causes is not { TellAt: { } tell } causes || tell > at)
        {
            return Alert.Unchanged("The timer was moved meanwhile");
        }

        var own = items.Where(item => item.Key.StartsWith(FirstRow(state), StringComparison.Ordinal)).ToList();
        var done = own.Count == 0 || state.IncidentId is null;
        return AlertCorrelation.Say(
            state with { Causes = causes with { TellAfter = done ? null : own[^1].Key, TellAt = done ? null : at } },
            done ? "All that follow know" : $"Told {own.Count} that follow",
            done
                ? []
                : own.Select(item => Lead(state, JsonSerializer.Deserialize<Follower>(item.Body, WireJson.Options)!)));
    }

    public static Decision<AlertState> Led(
        AlertState state, AlertCommand.Led led, PolicyVersion policy, DateTimeOffset at)
    {
        if (state.Id != led.Episode || state.Causes is not { } causes || causes.Parent?.Id != led.Cause ||
            state.Settles)
        {
            return Alert.Unchanged("It has another cause by now");
        }

        if (causes.Apart.Contains(led.Incident))
        {
            return AlertCorrelation.Heed(state, new AlertCommand.CauseGone(state.Id, led.Cause), policy, at);
        }

        var heard = causes with { Lead = led.Incident, LeadGroup = led.GroupKey, LeadIsOpen = led.IsOpen };
        if (heard == causes && state.IncidentId == led.Incident && !causes.IsRoot)
        {
            return Alert.Unchanged("It is there already");
        }

        var (next, messages, timeline) = AlertCorrelation.Retell(state, state with { Causes = heard }, policy, at);

        // A merge brings along who is where the cause came from.
        if (led.MergedFrom.Length == 0 || led.MergedFrom != next.IncidentId)
        {
            (next, var onwards) = Align(next, at);
            messages.AddRange(onwards);
        }

        return AlertCorrelation.Say(next, $"Its cause is in incident {led.Incident}", messages) with { Timeline = timeline };
    }

    public static Decision<AlertState> Depart(AlertState state, AlertCommand.Depart depart, DateTimeOffset at)
    {
        if (state.Id != depart.Episode || state.Status != AlertStatus.Open || state.IncidentId is null ||
            state.Causes is null)
        {
            return Alert.Unchanged("It is elsewhere by now");
        }

        if (state.Causes.Parent is null)
        {
            var (left, told) = AlertMembership.Leave(state with { Causes = state.Causes with { Prefers = null } }, at);
            return AlertCorrelation.Say(left, "Goes alone: nothing explains it", [told, AlertCorrelation.Place(left)]);
        }

        if (state.IncidentId != depart.From || state.Causes.Lead is not { } lead || lead == depart.From)
        {
            return Alert.Unchanged("It is elsewhere by now");
        }

        var (next, messages) = Align(state with { Causes = state.Causes with { IsRoot = false } }, at);
        return AlertCorrelation.Say(next, $"Goes alone to incident {lead}", messages);
    }

    /// <summary>It came and went while its cause goes on: it has none, and goes alone.</summary>
    public static (AlertState State, List<Message> Messages) Pass(AlertState state, DateTimeOffset at)
    {
        var left = state with { Stay = state.Stay + 1 };
        var told = new List<Message>(Unask(state));
        if (state.IncidentId is not null)
        {
            (left, var leaves) = AlertMembership.Leave(state, at);
            told.Add(leaves);
        }

        var alone = AlertCorrelation.HoldBackAnew(left with
        {
            Causes = left.Causes! with
            {
                Best = [],
                Parent = null,
                Lead = null,
                LeadGroup = "",
                LeadIsOpen = true,
                IsRoot = false,
                Prefers = null,
                Corroborated = false,
            },
        });
        return (alone, [.. told, AlertMembership.Place(alone)]);
    }

    /// <summary>
    /// A person knows better: it is in an incident of its own, and what was taken for its cause is not any more.
    /// </summary>
    public static Decision<AlertState> Unlink(AlertState state, AlertCommand.Unlinked unlinked, DateTimeOffset at)
    {
        if (state.Id != unlinked.Episode || state.IncidentId != unlinked.From || state.Status != AlertStatus.Open)
        {
            return Alert.Unchanged("It is elsewhere by now");
        }

        var (left, told) = AlertMembership.Leave(state, at);
        var next = left with
        {
            Causes = left.Causes is not { } causes ? null : causes with
            {
                Barred = AlertCorrelation.Barred(causes, causes.Best.Select(c => c.Id)),
                Apart = causes.Apart.Append(unlinked.From).Distinct().TakeLast(AlertCauses.MostBarred).ToValueList(),
                Best = [],
                Parent = null,
                Lead = null,
                LeadGroup = "",
                LeadIsOpen = true,
            },
        };
        var own = DerivedId.Of("unlinked incident", $"{state.Alias} {state.Episode}", left.Stay).ToString();
        return AlertCorrelation.Say(
            next,
            $"Taken out of incident {unlinked.From} by {unlinked.User}",
            [told, .. Unask(state), AlertMembership.Tell(own, new IncidentCommand.Open("", AlertMembership.MemberOf(next)))]) with
        {
            Timeline = [new TimelineEntry(state.History, "unlinked", $"Taken out of incident {unlinked.From}", unlinked.User)],
        };
    }

    /// <summary>An incident holds it: whoever follows is told.</summary>
    public static AlertState Confirmed(AlertState held, Member told, DateTimeOffset at) => held.Causes is not { } causes ? held : held with
    {
        SuppressedBy = told.Late && held.Status == AlertStatus.Open
            ? held.SuppressedBy.Append(Suppressor.Late).Distinct().Order(StringComparer.Ordinal).ToValueList()
            : held.SuppressedBy,
        Causes = ToldOf(held, at) with
        {
            IsRoot = told.Via.Length == 0,
            Late = told.Late,
            Lead = told.Via.Length > 0 && told.Via == causes.Lead ? held.IncidentId : causes.Lead,
            SettleAt = null,
        },
    };

    /// <summary>It came with its incident.</summary>
    public static AlertState Moved(AlertState next, AlertCommand.Moved moved, DateTimeOffset at) => next.Causes is not { } causes ? next : next with
    {
        Causes = ToldOf(next, at) with { Lead = causes.Lead == moved.From ? moved.IncidentId : causes.Lead },
    };

    private static AlertCauses ToldOf(AlertState state, DateTimeOffset at) => state.Causes!.Followers > 0
        ? state.Causes with { TellAt = at, TellAfter = FirstRow(state) }
        : state.Causes;

    /// <summary>From where it is to where it is led.</summary>
    public static (AlertState State, IEnumerable<Message> Messages) Align(AlertState state, DateTimeOffset at)
    {
        if (state.Causes is not { Lead: { } lead } causes || state.Settles || state.AwaitsInhibition)
        {
            return (state, []);
        }

        if (state.IncidentId is { } incident && causes.IsRoot)
        {
            return (
                state with { Causes = causes with { IsRoot = false } },
                [AlertMembership.Tell(incident, new IncidentCommand.Follow(state.Id, state.Alias, lead, causes.LeadGroup))]);
        }

        if (state.IncidentId == lead || state.Status != AlertStatus.Open)
        {
            return (state, []);
        }

        var told = new List<Message>();
        var next = state;
        if (state.IncidentId is not null)
        {
            (next, var left) = AlertMembership.Leave(state, at);
            told.Add(left);
        }

        // Refused, it goes where others of the same cause go.
        told.Add(AlertMembership.Tell(lead, new IncidentCommand.Join(
            causes.LeadGroup, lead, AlertMembership.MemberOf(next) with { Via = lead })
        {
            LeadGroup = causes.LeadGroup,
            OpensAgain = causes.Parent?.Nature == KindNature.Change,
            LateWithin = causes.LeadIsOpen || causes.CauseWindow == TimeSpan.Zero || AlertCorrelation.IsCritical(state)
                ? null
                : causes.CauseWindow,
        }));
        return (next, told);
    }

    private static Message Lead(AlertState state, Follower follower) => ToAlert(follower.Alias, new AlertCommand.Led(
        follower.Id,
        state.Id,
        state.IncidentId!,
        state.Class.GroupKey,
        state.Status == AlertStatus.Open && !state.Causes!.Late,
        state.MovedFrom ?? ""));

    /// <summary>Who was led to where it is goes alone when it goes.</summary>
    private static string TakenAlong(AlertState state) =>
        state.Causes is { IsRoot: true } ? state.IncidentId ?? "" : "";

    private static Follower FollowerOf(AlertState state) => new(
        state.Id,
        state.Alias,
        TakenAlong(state),
        state.Causes is { Nature: KindNature.Fault } causes &&
            (causes.WatchUntil is null || AlertCorrelation.IsCritical(state)));

    private static Message ToAlert(string alias, AlertCommand command) =>
        new(new GrainId(GrainKind.Alert, alias), command);
}
