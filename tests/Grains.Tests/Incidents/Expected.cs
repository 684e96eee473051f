using System.Text.Json;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.TestKit;
using NodaTime.TimeZones;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>The parts of an incident's decision, written once.</summary>
internal static class Expected
{
    public static Page Page(int number, DateTimeOffset at, int step, string who, string reason) => new(
        DerivedId.Of("page", Given.IncidentId, number), at, step, who, Contacts(who), 0, 0, DeliveryState.Pending,
        reason, "")
    {
        PolicyVersion = Policies.Small.Version,
        Priority = Priority.P2,
    };

    public static Delivery Delivery(IncidentState incident, Page page) => new()
    {
        Id = page.Id,
        IncidentId = incident.Id,
        Step = page.Step,
        Who = page.Who,
        Targets = page.Targets,
        NotBefore = page.At,
        MovesOnAt = page.Targets.Count > 1 ? page.At.AddSeconds(30) : null,
        DecidedAt = page.At,
        Reason = page.Reason,
        PolicyVersion = page.PolicyVersion,
        Text = new PageText(
            "incident.page", incident.Title, "", incident.Priority, incident.Team, incident.Number, "model:churn_model",
            "model_quality",
            "check drift", incident.MemberCount, incident.OpenedAt),
    };

    /// <summary>What is written down of why a page was made.</summary>
    public static ItemChange Decided(int number, Page page, string target, bool ofEarlierPage = false) => new(
        "decisions",
        $"{number:D8}",
        JsonSerializer.Serialize(
            new PageDecision(
                page.At, page.Step, target, [page.Who], page.Who, page.Id, page.PolicyVersion, "", [], page.Reason)
            {
                TimeZones = target.StartsWith("schedule:", StringComparison.Ordinal)
                    ? TzdbDateTimeZoneSource.Default.TzdbVersion
                    : null,
                OfEarlierPage = ofEarlierPage,
            },
            WireJson.Lean));

    public static TimelineEntry Line(string type, string text, string actor = "") =>
        new(new GrainId(GrainKind.Incident, Given.IncidentId), type, text, actor);

    public static Decision<IncidentState> Unchanged(string reason) =>
        new() { Outcome = Outcome.Repeat, Reason = reason };

    public static Decision<IncidentState> Refused(string reason, params Message[] messages) =>
        new() { Outcome = Outcome.Refused, Reason = reason, Messages = messages.ToValueList() };

    /// <summary>The ladder as pinned from the small policy, at a place.</summary>
    /// <param name="of">The alert by which it was chosen; null: the first member.</param>
    public static Ladder Ladder(
        int next, DateTimeOffset? at, int climbs = 0, DateTimeOffset? held = null, Member? of = null) =>
        new("ladder", 1, Policies.Small.Escalations[0].Steps, TimeSpan.FromMinutes(30), next, at, climbs, held)
        {
            ChosenFor = (of ?? Given.FirstMember).Priority,
            ChosenBy = (of ?? Given.FirstMember).AlertId,
        };

    private static ValueList<DeliveryTarget> Contacts(string who) =>
        Policies.Small.FindUser(who)?.Contacts ?? [new DeliveryTarget(who, "")];
}
