using System.Text.Json.Serialization;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>What an incident is told.</summary>
public abstract record IncidentCommand : Command
{
    private IncidentCommand()
    {
    }

    /// <summary>
    /// The first member makes the incident; <paramref name="GroupKey"/> is the entity grain that asked, or empty.
    /// </summary>
    public sealed record Open(string GroupKey, Member Member) : IncidentCommand;

    /// <param name="Asked">The incident that was asked first: a merged one passes it on, and a refusal names
    /// it.</param>
    public sealed record Join(string GroupKey, string Asked, Member Member) : IncidentCommand
    {
        /// <summary>
        /// So long after the incident was resolved, if anybody was paged for it, the member is late: it opens nothing
        /// again and pages nobody. Null when its cause still fires.
        /// </summary>
        public TimeSpan? LateWithin { get; init; }

        /// <summary>
        /// Its cause is a change, which is over at once: the incident opens again however long ago that was.
        /// </summary>
        public bool OpensAgain { get; init; }

        /// <summary>
        /// The entity by which its cause was placed: when the incident does not exist yet, the member makes it.
        /// </summary>
        public string LeadGroup { get; init; } = "";
    }

    /// <summary>The member as it was last told, now closed. Nothing follows for this episode.</summary>
    public sealed record MemberClosed(Member Member, ClosedHow How, bool Flapping) : IncidentCommand;

    /// <summary>
    /// The alert is held by another incident, or came here a second time by a merge: count it once less.
    /// </summary>
    public sealed record MemberLeft(Member Member) : IncidentCommand;

    /// <summary>Priority or suppression of an open member changed.</summary>
    public sealed record MemberChanged(Member Before, Member After) : IncidentCommand;

    /// <summary>The member came by a merge, which brought its count; this is how it stands.</summary>
    /// <param name="Resolves">How often people had resolved this incident when it accepted the merge.</param>
    public sealed record MemberMoved(Member Member, int Resolves) : IncidentCommand;

    /// <summary>
    /// What a member told a merged incident: passed on as a count alone, because the member itself says how it stands.
    /// </summary>
    /// <param name="After">Null when it left.</param>
    public sealed record Recount(Member Before, Member? After) : IncidentCommand;

    /// <summary>What explains the member is another than before; it counts as it did.</summary>
    /// <param name="Before">Key of what explained it; empty when nothing did.</param>
    public sealed record MemberLinked(string Before, Member Member) : IncidentCommand;

    /// <summary>A root of this incident has a cause in another one, or in this one.</summary>
    /// <param name="GroupKey">Of the entity by which the cause was placed.</param>
    public sealed record Follow(Guid AlertId, string Alias, string Incident, string GroupKey) : IncidentCommand;

    /// <summary>What led an alert here does not explain it any more, and nothing else does.</summary>
    public sealed record Orphaned(Guid AlertId, string Alias) : IncidentCommand;

    /// <summary>Page these people once, whoever owns the incident.</summary>
    public sealed record PageResponder(Responder Responder, string User) : IncidentCommand;

    /// <summary>
    /// An attempt of a delivery ended. <paramref name="Delivery"/> is as it was attempted: what comes next needs its
    /// text, which the incident does not keep, and a result for an attempt long past shows by its channel and count.
    /// </summary>
    /// <param name="RetryAfter">How long the receiver asked to be left alone; null when it did not.</param>
    /// <param name="Reference">The receiver's own name for the message, by which it can be changed; null when it
    /// cannot.</param>
    public sealed record Attempted(
        Delivery Delivery, AttemptOutcome Outcome, string Detail, TimeSpan? RetryAfter = null, string? Reference = null)
        : IncidentCommand
    {
        /// <summary>
        /// It reaches somebody only with an answer, for which to wait so long; null for what needs none.
        /// </summary>
        public TimeSpan? AnswerWithin { get; init; }

        /// <summary>
        /// All pages of the message, itself among them, when it came as one with others and may still turn out to have
        /// failed.
        /// </summary>
        public ValueList<SentPage> Together { get; init; } = [];
    }

    /// <summary>
    /// A page that counted as delivered reached nobody after all: a machine answered the call, or nobody pressed a key.
    /// </summary>
    /// <param name="Channel">Index of the contact, as a page may have gone on since.</param>
    /// <param name="How">Goes on after the name of the channel.</param>
    public sealed record NotReached(Guid PageId, int Channel, string How) : IncidentCommand;

    /// <summary>
    /// A younger incident asks to be taken over; an older one that asks is told to take over instead.
    /// </summary>
    public sealed record TakeOver(string LoserId, DateTimeOffset LoserOpenedAt, Priority Priority, Standing Standing) : IncidentCommand
    {
        /// <summary>Of what may page there; null when nothing may.</summary>
        [JsonIgnore]
        public Priority? Urgency => Standing.MayPage ? Standing.Urgency ?? Priority : null;
    }

    /// <summary>The survivor pages from now on; only now does the loser stop its ladder.</summary>
    /// <param name="Resolves">How often people had resolved the survivor by then.</param>
    /// <param name="MayPage">As the loser asked: what has become worth a page since must ask again.</param>
    public sealed record Accepted(string SurvivorId, int Resolves, bool MayPage) : IncidentCommand;

    /// <summary>What the loser leaves, in one message that answers <see cref="Accepted"/>.</summary>
    public sealed record Adopt(string LoserId, int Resolves, Estate Estate) : IncidentCommand
    {
        /// <summary>Where the loser went instead, as it had asked two; empty when it comes here.</summary>
        public string WentTo { get; init; } = "";
    }

    /// <summary>The loser's members that no longer speak for themselves: the closed and the bare ones.</summary>
    /// <param name="Resolves">How often people had resolved the survivor when it accepted.</param>
    public sealed record AdoptSilent(string LoserId, ValueList<Member> Members, int Resolves = int.MaxValue) : IncidentCommand;

    /// <summary>Quiet hours may be others than when it was held back.</summary>
    public sealed record Reconsider : IncidentCommand;

    /// <summary>
    /// Of a silence that has ended and held an alert of it back that still fires: its author is to be told.
    /// </summary>
    public sealed record SilenceEnded(Silencing Silence) : IncidentCommand;

    public sealed record TimerFired(string Name, DateTimeOffset Due, ValueList<Item> Items) : IncidentCommand;

    /// <summary>What people say, through any API or channel.</summary>
    public abstract record ByPerson(string User, string Note) : Command;

    public sealed record Person(ByPerson Action) : IncidentCommand;

    public sealed record Acknowledge(string User, string Note) : ByPerson(User, Note);

    public sealed record Unacknowledge(string User, string Note) : ByPerson(User, Note);

    public sealed record Snooze(DateTimeOffset Until, string User, string Note) : ByPerson(User, Note);

    public sealed record Assign(string Owner, string User, string Note) : ByPerson(User, Note);

    /// <summary>To the next step at once, or to the start of another escalation when named.</summary>
    public sealed record Escalate(string? Escalation, string User, string Note) : ByPerson(User, Note);

    /// <summary>Who says so is out of its next pages, and the next step is due at once.</summary>
    public sealed record NotMe(string User, string Note) : ByPerson(User, Note);

    /// <summary>The escalation as it is configured now, instead of as it was when the incident opened.</summary>
    public sealed record ReapplyEscalation(string User, string Note) : ByPerson(User, Note);

    public sealed record Resolve(string User, string Note) : ByPerson(User, Note);

    public sealed record Reopen(string User, string Note) : ByPerson(User, Note);

    public sealed record AddNote(string User, string Note) : ByPerson(User, Note);

    /// <summary>
    /// The alert does not belong here: it gets an incident of its own, and is not joined by the same cause again.
    /// </summary>
    public sealed record Unlink(Guid AlertId, string Alias, string User, string Note) : ByPerson(User, Note);

    /// <summary>Merge with another incident; the one opened first survives, whichever is asked.</summary>
    public sealed record Merge(string Other, string User, string Note) : ByPerson(User, Note);
}
