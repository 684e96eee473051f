using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Grains.Tests.Interleaving;

/// <summary>
/// The rare paths are listed and must have been taken: a run that never merges proves nothing about merging.
/// </summary>
public sealed class InterleavingTests
{
    private static readonly string[] Rare =
    [
        "Already held by incident", "Another episode of the alias", "Already a member",
        "Held elsewhere, or another episode",
        "Closed before the incident held it", "Closed with its incident", "Not in the incident when it was resolved",
        "Held by this incident already, through a merge", "Joins incident", "Resolved too long ago",
        "Passed on: merged into",
        "Sent on: merged into", "Handed over", "Took over", "Has accepted already", "The other was opened first",
        "Has asked the other already", "What it asked another was passed back", "Worth a page since it asked", "Told ",
        "Quiet spell ended", "Silenced by", "No longer silenced", "Inhibited by rule", "No longer inhibited",
        "No longer a target of the inhibition rule", "All targets know", "The acknowledgement expired",
        "The snooze ended",
    ];

    /// <summary>Short enough for the slow messages of some seeds.</summary>
    private static readonly PolicyVersion Hurried = Policies.Small with
    {
        Settings = Policies.Small.Settings with
        {
            Hold = TimeSpan.FromSeconds(8),
            AcknowledgeTimeout = TimeSpan.FromMinutes(15),
            FlapWindow = TimeSpan.FromMinutes(10),
            FlapCount = 2,
        },
        InhibitRules =
        [
            new InhibitRule(
                "zone",
                Policies.Match("{alias=~\"alert-[012]\"}"),
                Policies.Match("{alias=~\"alert-[1-6]\"}"),
                ["zone"]),
            new InhibitRule("all", Policies.Match("{alias=\"alert-7\"}"), Policies.Match("{alias=\"alert-6\"}"), []),
        ],
    };

    /// <summary>The models feed each other, and a node that nobody watches carries two of them.</summary>
    private static readonly PolicyVersion Connected = Hurried with
    {
        Settings = Hurried.Settings with
        {
            Correlation = new CorrelationSettings
            {
                Enabled = true,
                Lateness = TimeSpan.FromMinutes(2),
                SymptomWindow = TimeSpan.FromMinutes(5),
                Slack = TimeSpan.FromMinutes(1),
            },
        },
        Topology = Graph.Empty
            .With(new Edge("model:m0", "model:m1"))
            .With(new Edge("model:m1", "model:m2"))
            .With(new Edge("node:n", "model:m0"))
            .With(new Edge("node:n", "model:m2")),
    };

    private static readonly string[] RareCauses =
    [
        "Its candidates are known", "It has another cause by now", "It is there already", "Goes alone",
        "Goes to its cause's incident",
        "Led by ", "A member's cause has changed", "Nothing explains it so far", "Told 1 that follow",
        "Its cause is in incident", "It is alone here",
        "It can be given no cause any more", "It says so itself where it goes", "Not the alert's current episode",
        "Its incident has a cause elsewhere",
        "A symptom has a cause elsewhere", "Joins incident", "Taken out of incident",
    ];

    private readonly HashSet<string> _taken = [];

    [Fact]
    public void Whatever_overtakes_what_incidents_count_their_members_right_and_never_fall_silent() =>
        Rush(Hurried, 160, Rare);

    /// <summary>
    /// Alerts that find and lose causes, and go from one incident to another with all that follow them.
    /// </summary>
    [Fact]
    public void Wherever_causes_lead_incidents_count_their_members_right_and_never_fall_silent() =>
        Rush(Connected, 160, RareCauses);

    private void Rush(PolicyVersion policy, int seeds, string[] rare)
    {
        for (var seed = 1; seed <= seeds; seed++)
        {
            var pump = new MessagePump(policy, seed);
            var town = new Town(pump);
            var haste = pump.Dice.Next(1, 12);
            pump.Decided = (id, before, command, decision) => Watch(pump, before, command, decision);
            try
            {
                for (var act = 0; act < 120; act++)
                {
                    town.ActOnce();
                    for (var steps = pump.Dice.Next(haste); steps > 0 && pump.Step(); steps--)
                    {
                        // Some of what is on its way arrives before the next act.
                    }

                    if (act % 40 == 39)
                    {
                        // An alert waits a moment for others, and a while where they gather.
                        pump.Run();
                        pump.At += TimeSpan.FromSeconds(22);
                        pump.Run();
                        Truth.AtRest(pump);
                    }
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed} at {pump.At:O}: {e.Message}", e);
            }
        }

        Assert.Empty(rare.Except(_taken));
    }

    private void Watch(MessagePump pump, GrainState? before, Command command, Decision decision)
    {
        _taken.UnionWith(
            Rare.Concat(RareCauses).Where(path => decision.Reason.StartsWith(path, StringComparison.Ordinal)));
        if (decision.NextState is not IncidentState incident)
        {
            return;
        }

        Truth.Always(incident);
        if (incident.Status == IncidentStatus.Merged &&
            command is IncidentCommand.Accepted accepted &&
                before is IncidentState { Status: IncidentStatus.Open, MayPage: true })
        {
            Truth.TakenUp(pump, incident, accepted);
        }
    }
}
