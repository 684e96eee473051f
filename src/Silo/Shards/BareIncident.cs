using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Shards;

/// <summary>
/// The incident of a signal whose deciding threw: the default team's, made from the signal's words alone, so that no
/// bug in grouping or classification can lose a page.
/// </summary>
internal static class BareIncident
{
    public static Message Of(Signal signal, LogPosition position, DateTimeOffset at, PolicyVersion policy)
    {
        // One per alias: a poisoned alert that is re-sent every minute joins the incident it already has.
        var id = DerivedId.Of("poison", signal.Alias, 1).ToString();
        var member = new Member
        {
            AlertId = DerivedId.Of("poison member", signal.Alias, 1),
            Alias = Plain(signal.Alias),
            Title = Plain(signal.Message),
            Entity = "",
            Kind = "",
            Priority = signal.Priority ?? Priority.P2,
            Team = policy.Settings.DefaultTeam,
            StartsAt = signal.StartsAt ?? at,
            Description = Plain(signal.Description),
            Repeat = TimeSpan.FromMinutes(30),
            Bare = true,
            Reason = $"deciding it failed; the command is kept as poison at {position.ToRequestId()}",
        };
        return new Message(new GrainId(GrainKind.Incident, id), new IncidentCommand.Open("", member));
    }

    /// <summary>What the signal says may be what could not be stored.</summary>
    private static string Plain(string text) =>
        string.Concat(text.Take(1000).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c));
}
