using System.Collections;
using System.Runtime.CompilerServices;
using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>
/// What a calendar depends on beside its schedule: who stands in when, and who is anybody. A participant who is gone from
/// the policy, or a team without members, is nobody: whoever is on call below answers, and not an empty turn.
/// </summary>
[CollectionBuilder(typeof(Roster), nameof(Of))]
public sealed class Roster : IEnumerable<Override>
{
    /// <summary>Of escalations that name one another.</summary>
    private const int Deepest = 5;

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

    /// <summary>Also one that is meant to be nobody's. Who is on call by a schedule that is named is not asked.</summary>
    public bool IsAnybody(Participant who) => _policy is null || who.Type switch
    {
        ParticipantType.User => _policy.FindUser(who.Name) is not null,
        ParticipantType.Team => HasMembers(_policy, who.Name, _ => true),
        ParticipantType.Escalation => NamesAnybody(_policy, who.Name, Deepest),
        _ => true,
    };

    public IEnumerator<Override> GetEnumerator() => ((IEnumerable<Override>)_overrides).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool NamesAnybody(PolicyVersion policy, string escalation, int depth) =>
        depth > 0 && policy.FindEscalation(escalation) is { } ladder &&
        OnCallPeople.FirstStep(ladder).Any(target => target.Type switch
        {
            StepTargetType.User => policy.FindUser(target.Name) is not null,
            StepTargetType.Team or StepTargetType.Random => HasMembers(policy, target.Name, _ => true),
            StepTargetType.Admins => HasMembers(policy, target.Name, member => member.Admin),
            StepTargetType.Schedule or StepTargetType.Next or StepTargetType.Previous => policy.FindSchedule(target.Name) is not null,
            StepTargetType.Escalation => NamesAnybody(policy, target.Name, depth - 1),
            _ => false,
        });

    private static bool HasMembers(PolicyVersion policy, string team, Func<TeamMember, bool> counts) =>
        policy.FindTeam(team)?.Members.Any(member => counts(member) && policy.FindUser(member.User) is not null) ?? false;
}
