using Correlation.Gateway.Keys;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Cluster.Intake;

/// <summary>
/// What a gateway needs of the policy: the keys, the administrator's among them, by which ids senders may name people,
/// teams, schedules and escalations, and what is a ping and no alert. It is a policy of its own that has nothing else.
/// </summary>
internal static class EdgePolicy
{
    /// <summary>Of a gateway that has not been told yet: it knows no key.</summary>
    public static PolicyVersion None { get; } = new() { Version = 0, Settings = new PolicySettings { DefaultTeam = "" } };

    public static byte[] Write(PolicyVersion policy, AdministratorKey administrator) => StoredJson.WriteWhole(None with
    {
        Settings = None.Settings with
        {
            ResolveTimeout = policy.Settings.ResolveTimeout,
            WebhookTimeout = policy.Settings.WebhookTimeout,
        },
        Kinds = HeartbeatSignals.KindsToTellThem(policy),
        Keys = policy.Keys.Prepend(administrator.Key).ToValueList(),
        Users = policy.Users.Select(user => new User(user.Name, "", "", []) { Id = user.Id }).ToValueList(),
        Teams = policy.Teams.Select(team => new Team(team.Name, team.Id, "", [], "")).ToValueList(),
        Schedules = policy.Schedules.Select(schedule => new Schedule(schedule.Name, schedule.Id, "", "", [], null))
            .ToValueList(),
        Escalations = policy.Escalations.Select(escalation => new Escalation(escalation.Name, "", null, []) { Id = escalation.Id }).ToValueList(),
    });

    public static PolicyVersion Read(ReadOnlySpan<byte> document) => StoredJson.Read<PolicyVersion>(document);
}
