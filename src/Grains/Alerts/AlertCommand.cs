using Correlation.Grains.Model;

namespace Correlation.Grains.Alerts;

/// <summary>
/// What an alert is told. <c>Target</c>, where given, is the alert id the caller means: another episode refuses.
/// </summary>
public abstract record AlertCommand : Command
{
    private AlertCommand()
    {
    }

    /// <summary>A source says it fires (or, with an end in the past, that it is over).</summary>
    public sealed record Receive(Signal Signal) : AlertCommand;

    public sealed record Close(Guid? Target, string User, string Source, string Note, bool ByPerson) : AlertCommand;

    public sealed record Delete(Guid? Target, string User, string Source) : AlertCommand;

    /// <summary>Acknowledge, snooze, assign, escalate: carried out by the alert's incident.</summary>
    public sealed record Handle(Guid? Target, Incidents.IncidentCommand.ByPerson Action) : AlertCommand;

    public sealed record AddNote(Guid? Target, string User, string Source, string Note) : AlertCommand;

    public sealed record AddTags(Guid? Target, ValueList<string> Tags, string User, string Note) : AlertCommand;

    public sealed record RemoveTags(Guid? Target, ValueList<string> Tags, string User, string Note) : AlertCommand;

    public sealed record AddDetails(Guid? Target, Labels Details, string User, string Note) : AlertCommand;

    public sealed record RemoveDetails(Guid? Target, ValueList<string> Keys, string User, string Note) : AlertCommand;

    public sealed record SetMessage(Guid? Target, string Message, string User) : AlertCommand;

    public sealed record SetDescription(Guid? Target, string Description, string User) : AlertCommand;

    public sealed record SetPriority(Guid? Target, Priority Priority, string User) : AlertCommand;

    /// <summary>Adds a responder and pages them once; an Opsgenie "add team" is one of type team.</summary>
    public sealed record AddResponder(Guid? Target, Responder Responder, string User, string Note) : AlertCommand;

    public sealed record RunAction(Guid? Target, string Action, string User, string Note) : AlertCommand;

    public sealed record MarkSeen(Guid? Target) : AlertCommand;

    /// <summary>An incident holds the episode, as it was told of it. Said once per joining.</summary>
    /// <param name="Resolves">How often people had resolved the incident by then.</param>
    public sealed record Confirmed(Incidents.Member Member, string IncidentId, int Resolves) : AlertCommand;

    /// <summary>The incident <paramref name="From"/> was merged into another, which counts the alert already.</summary>
    public sealed record Moved(Guid Episode, string From, string IncidentId, int Resolves) : AlertCommand;

    /// <summary>
    /// A person resolved the incident, for the <paramref name="Resolves"/>th time: who was a member closes.
    /// </summary>
    public sealed record IncidentResolved(Guid Episode, string IncidentId, int Resolves, string User) : AlertCommand
    {
        /// <summary>No person did: its escalation ended unanswered.</summary>
        public bool ByEscalation { get; init; }
    }

    /// <summary>A person opened the resolved incident again, whose resolving closed the alert.</summary>
    public sealed record IncidentReopened(Guid Episode, string IncidentId) : AlertCommand;

    /// <summary>
    /// Whether sources of an inhibition rule hold the episode back; said once at first and with every change.
    /// </summary>
    /// <param name="Alias">Of one source, when its name is known.</param>
    public sealed record Inhibited(Guid Episode, string Key, bool Holds, string Alias, string Title) : AlertCommand;

    /// <summary>The rule's grain asks what is a source of it; what is not answers nothing.</summary>
    public sealed record StillInhibits(Guid Episode, string Key) : AlertCommand;

    /// <summary>A suppressor began, ended or changed: look again.</summary>
    public sealed record Reconsider : AlertCommand;

    /// <summary>All that one entity has to offer as its cause; empty when it has nothing any more.</summary>
    public sealed record Candidates(Guid Episode, string Entity, ValueList<Causes.Candidate> Offers) : AlertCommand;

    /// <summary>Another alert takes this episode for its cause and asks where to go.</summary>
    public sealed record Follow(Guid Episode, Follower Follower) : AlertCommand;

    /// <summary>It has another cause, or needs none any more.</summary>
    public sealed record Unfollow(Guid Episode, Guid Follower) : AlertCommand;

    /// <summary>Where the cause is: said to whoever follows, and again when it moves.</summary>
    /// <param name="Cause">Id of the candidate that it follows.</param>
    /// <param name="GroupKey">The entity by which the cause was placed.</param>
    /// <param name="IsOpen">The cause fires.</param>
    /// <param name="MergedFrom">It came there by a merge, which brings along who was where it was; empty when it did
    /// not.</param>
    public sealed record Led(
        Guid Episode, Guid Cause, string Incident, string GroupKey, bool IsOpen, string MergedFrom) : AlertCommand;

    /// <summary>The cause is no current alert any more, and in no incident.</summary>
    public sealed record CauseGone(Guid Episode, Guid Cause) : AlertCommand;

    /// <summary>The incident has other roots, so that it stays: the alert goes alone to where it is led.</summary>
    public sealed record Depart(Guid Episode, string From) : AlertCommand;

    /// <summary>A person has taken it out of the incident.</summary>
    public sealed record Unlinked(Guid Episode, string From, string User) : AlertCommand;

    public sealed record TimerFired(string Name, DateTimeOffset Due) : AlertCommand
    {
        /// <summary>The child rows that the timer wanted to see.</summary>
        public ValueList<Item> Items { get; init; } = [];
    }
}
