using System.Collections;
using System.Runtime.CompilerServices;
using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>
/// What a calendar depends on beside its schedule: who stands in when, and who is anybody. A participant who is gone
/// from the policy, or a team without members, is nobody: whoever is on call below answers, and not an empty turn.
/// </summary>
[CollectionBuilder(typeof(Roster), nameof(Of))]
public sealed class Roster : IEnumerable<Override>
{
    private readonly PolicyVersion? _policy;
    private readonly ValueList<Override> _overrides;

    private Roster(PolicyVersion? policy, ValueList<Override> overrides)
    {
        _policy = policy;
        _overrides = overrides;
    }

    public static Roster Of(PolicyVersion policy) => new(policy, policy.Overrides);

    /// <summary>Apart from any policy: everybody who is named is somebody.</summary>
    public static Roster Of(ReadOnlySpan<Override> overrides) => new(null, [.. overrides]);

    /// <summary>The turns as they are without anybody who stands in.</summary>
    public Roster WithoutOverrides() => new(_policy, []);

    /// <summary>
    /// Also one that is meant to be nobody's. Who is on call by a schedule that is named is not asked.
    /// </summary>
    public bool IsAnybody(Participant who) => _policy is null || who.Type switch
    {
        ParticipantType.User => _policy.FindUser(who.Name) is not null,
        ParticipantType.Team => HasMembers(_policy, who.Name, _ => true),
        ParticipantType.Escalation => NamesAnybody(_policy, who.Name),
        _ => true,
    };

    public IEnumerator<Override> GetEnumerator() => ((IEnumerable<Override>)_overrides).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Each escalation that it leads to is asked once: they may name one another.</summary>
    private static bool NamesAnybody(PolicyVersion policy, string escalation)
    {
        var met = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { escalation };
        var ahead = new Queue<string>(met);
        while (ahead.TryDequeue(out var name))
        {
            foreach (var target in policy.FindEscalation(name) is { } ladder ? OnCallPeople.FirstStep(ladder) : [])
            {
                if (IsAnybody(policy, target))
                {
                    return true;
                }

                if (target.Type == StepTargetType.Escalation && met.Add(target.Name))
                {
                    ahead.Enqueue(target.Name);
                }
            }
        }

        return false;
    }

    /// <summary>Apart from an escalation, which is whom it leads to.</summary>
    private static bool IsAnybody(PolicyVersion policy, StepTarget target) => target.Type switch
    {
        StepTargetType.User => policy.FindUser(target.Name) is not null,
        StepTargetType.Team or StepTargetType.Random => HasMembers(policy, target.Name, _ => true),
        StepTargetType.Admins => HasMembers(policy, target.Name, member => member.Admin),
        StepTargetType.Schedule or StepTargetType.Next or StepTargetType.Previous =>
            policy.FindSchedule(target.Name) is not null,
        _ => false,
    };

    private static bool HasMembers(PolicyVersion policy, string team, Func<TeamMember, bool> counts) =>
        policy.FindTeam(team)?.Members.Any(member => counts(member) && policy.FindUser(member.User) is not null)
            ?? false;
}
