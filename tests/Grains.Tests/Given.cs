using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Overrides;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Grains.Tests;

/// <summary>States as the deciders themselves make them, and what a decision is compared with.</summary>
internal static class Given
{
    public const string IncidentId = "incident-1";

    public static readonly DateTimeOffset Start = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    public static readonly PolicyVersion Small = Policies.Small;

    public static readonly Signal Firing = new()
    {
        Alias = "churn-accuracy",
        Message = "ModelAccuracyDrop - churn_model",
        Entity = "model:churn_model",
        Source = "quality-monitor",
        StartsAt = Start.AddMinutes(-1),
    };

    public static readonly AlertState NewAlert = Opened(Firing);

    /// <summary>Held by an incident.</summary>
    public static readonly AlertState HeldAlert = Held(NewAlert);

    public static readonly Member FirstMember = MemberOf(NewAlert);

    /// <summary>With one open member; the first step of its ladder is due.</summary>
    public static readonly IncidentState NewIncident = OpenedBy(FirstMember);

    /// <summary>The first page was made and delivered.</summary>
    public static readonly IncidentState PagedIncident = Delivered(After(NewIncident, Timer("step"), Start));

    /// <summary>A call was taken by its provider, and an answer is waited for.</summary>
    public static readonly IncidentState CalledIncident = After(
        After(NewIncident, Timer("step"), Start),
        new IncidentCommand.Attempted(
            Incidents.Expected.Delivery(NewIncident, PagedIncident.Pages[0]), AttemptOutcome.Delivered, "HTTP 201")
        {
            AnswerWithin = TimeSpan.FromMinutes(2),
        },
        Start);

    public static readonly IncidentState AcknowledgedIncident =
        After(PagedIncident, Person(new IncidentCommand.Acknowledge("ann", "")), Start.AddMinutes(1));

    public static readonly IncidentState SnoozedIncident =
        After(PagedIncident, Person(new IncidentCommand.Snooze(Start.AddHours(1), "ann", "")), Start.AddMinutes(1));

    /// <summary>By its source, a minute after the start.</summary>
    public static readonly IncidentState ResolvedIncident = After(
        PagedIncident, Closed(FirstMember), Start.AddMinutes(1));

    /// <summary>The small policy from 10:00 to 12:00 UTC of every day, which is when the tests begin.</summary>
    public static PolicyVersion QuietFromTenToNoon(QuietMode mode, params Priority[] priorities) => Small with
    {
        Teams =
        [
            Small.Teams[0] with
            {
                QuietHours = [new QuietHours((priorities.Length > 0 ? priorities : Enum.GetValues<Priority>()).ToValueList(), [new(600, 720)], "UTC", mode)],
            },
        ],
    };

    public static AlertState Opened(Signal signal, PolicyVersion? policy = null, DateTimeOffset? at = null) =>
        Alert.Decide(null, new AlertCommand.Receive(signal), policy ?? Small, at ?? Start).State!;

    public static AlertState Held(AlertState alert, string incident = IncidentId) =>
        After(alert, new AlertCommand.Confirmed(MemberOf(alert), incident, 0), alert.CreatedAt);

    public static AlertState After(
        AlertState? state, AlertCommand command, DateTimeOffset at, PolicyVersion? policy = null)
    {
        var decision = Alert.Decide(state, command, policy ?? Small, at);
        return decision.State ?? (decision.Delta is { } delta ? (AlertState)state!.Fold(delta) : state!);
    }

    public static OverrideState After(OverrideState? state, OverrideCommand command, DateTimeOffset at) =>
        OverrideGrain.Decide(state, command, Small, at).State
            ?? throw new InvalidOperationException($"{command} changed nothing.");

    public static IncidentState After(
        IncidentState? state, IncidentCommand command, DateTimeOffset at, PolicyVersion? policy = null) =>
        Incident.Decide(state, command, state?.Id ?? IncidentId, policy ?? Small, at).State ?? state!;

    public static IncidentState OpenedBy(Member member, PolicyVersion? policy = null) =>
        After(null, new IncidentCommand.Open("model:churn_model", member), Start, policy);

    /// <summary>Every pending page arrived.</summary>
    public static IncidentState Delivered(IncidentState incident) => incident with
    {
        Pages = incident.Pages
            .Select(
                p => p.State == DeliveryState.Pending ? p with { State = DeliveryState.Delivered, Detail = "ok" } : p)
            .ToValueList(),
    };

    /// <summary>Every pending page arrives, and the incident is told so.</summary>
    public static IncidentState Arrived(
        IncidentState incident, PolicyVersion? policy = null, TimeSpan? answerWithin = null) =>
        incident.Pages.Where(p => p.State == DeliveryState.Pending).Aggregate(incident, (state, page) => After(
            state,
            new IncidentCommand.Attempted(
                Incidents.Expected.Delivery(state, page) with { Channel = page.Channel, Attempts = page.Attempts },
                AttemptOutcome.Delivered, "ok")
            {
                AnswerWithin = answerWithin,
            },
            page.At,
            policy));

    /// <summary>As the alert describes itself to an incident: what it says when its hold runs out.</summary>
    public static Member MemberOf(AlertState alert)
    {
        var unheld = alert with { IncidentId = null, Status = AlertStatus.Open };
        var decision = Alert.Decide(unheld, new AlertCommand.TimerFired("hold", Start), Small, Start);
        var open = (IncidentCommand.Open)Assert.Single(decision.Messages).Command;
        return open.Member with { Open = alert.Status == AlertStatus.Open };
    }

    public static Member Another(string alias, Priority priority = Priority.P2) => FirstMember with
    {
        AlertId = DerivedId.Of("test", alias, 1),
        Alias = alias,
        Title = alias,
        Priority = priority,
    };

    public static IncidentCommand.Join Join(Member member) => new("model:churn_model", IncidentId, member);

    public static IncidentCommand.MemberClosed Closed(
        Member member, ClosedHow how = ClosedHow.ResolvedBySource, bool flapping = false) => new(member with { Open = false }, how, flapping);

    public static IncidentCommand.TimerFired Timer(string name) => new(name, Start, []);

    public static IncidentCommand.Person Person(IncidentCommand.ByPerson action) => new(action);

    public static Message ToIncident(IncidentCommand command, string incident = IncidentId) =>
        new(new GrainId(GrainKind.Incident, incident), command);

    public static Message ToAlert(AlertCommand command, string alias = "churn-accuracy") =>
        new(new GrainId(GrainKind.Alert, alias), command);
}
