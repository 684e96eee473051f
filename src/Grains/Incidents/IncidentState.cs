using System.Text.Json.Serialization;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

public enum IncidentStatus : byte
{
    Open = 1,
    Acknowledged = 2,
    Snoozed = 3,
    Resolved = 4,
    Merged = 5,
}

/// <summary>What a person handles.</summary>
public sealed record IncidentState : GrainState, INumbered
{
    /// <summary>How many members and pages the document holds; the rest are child and timeline rows.</summary>
    public const int FirstFew = 10;

    /// <summary>
    /// How many explicit responders wait for a page at once; those paged are bounded by who is configured.
    /// </summary>
    public const int MostRespondersWaiting = 200;

    public required string Id { get; init; }

    public long Number { get; init; }

    public required string GroupKey { get; init; }

    public IncidentStatus Status { get; init; } = IncidentStatus.Open;

    public required string Title { get; init; }

    public required Priority Priority { get; init; }

    public required string Team { get; init; }

    public string? Owner { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>
    /// Null when nobody has. Releases before keys were kept by name wrote an empty one for what a tool had
    /// acknowledged: some key's.
    /// </summary>
    public string? AcknowledgedBy
    {
        get;
        init => field = value is "" ? ApiKey.Administrator : value;
    }

    /// <summary>The most urgent of what was acknowledged; something more urgent takes it out of hand.</summary>
    public Priority? AcknowledgedAtPriority { get; init; }

    /// <summary>The acknowledgement ends then and the ladder starts again.</summary>
    public DateTimeOffset? AcknowledgedUntil { get; init; }

    public DateTimeOffset? SnoozedUntil { get; init; }

    /// <summary>The most urgent of what was snoozed; something more urgent ends the snooze.</summary>
    public Priority? SnoozedAtPriority { get; init; }

    /// <summary>
    /// When its steps stopped, as somebody had it, snoozed it or it was resolved; null when they never did.
    /// </summary>
    public Stopped? Stopped { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public string? ResolvedBy { get; init; }

    /// <summary>Not by its sources: whoever did so thinks that it is over.</summary>
    public bool ResolvedByHand { get; init; }

    public string? MergedInto { get; init; }

    /// <summary>How often people had resolved the survivor when it accepted; its new members are told.</summary>
    public int MergedResolves { get; init; }

    /// <summary>Asked to give itself up to this incident; the ladder goes on until it has accepted.</summary>
    public string? MergingInto { get; init; }

    /// <summary>
    /// Accepted mergers whose members are not counted here yet: while there is one, nothing resolves by itself.
    /// </summary>
    public ValueList<Adoption> Adopting { get; init; } = [];

    /// <summary>How often people resolved it. A member that joined after a resolve is not closed by it.</summary>
    public int Resolves { get; init; }

    /// <summary>Who did so last; shown on the members that close with it.</summary>
    public string LastResolvedBy { get; init; } = "";

    /// <summary>The last of them was no person but an escalation that nobody answered.</summary>
    public bool LastResolvedByEscalation { get; init; }

    /// <summary>
    /// A person opened it again: with no alert open it stays until a person resolves it or an alert joins.
    /// </summary>
    public bool KeptOpen { get; init; }

    /// <summary>All members are closed but one of them flaps: resolve only after this quiet spell.</summary>
    public DateTimeOffset? QuietUntil { get; init; }

    public int MemberCount { get; init; }

    public int OpenMembers { get; init; }

    /// <summary>Open members that no silence holds back.</summary>
    public int PageableMembers { get; init; }

    /// <summary>Open members by priority, P1 first.</summary>
    public ValueList<int> OpenByPriority { get; init; } = [0, 0, 0, 0, 0];

    /// <summary>Of these, those that no silence holds back.</summary>
    public ValueList<int> PageableByPriority { get; init; } = [0, 0, 0, 0, 0];

    public ValueList<Member> FirstMembers { get; init; } = [];

    public ValueList<string> SuppressedBy { get; init; } = [];

    /// <summary>Null while nothing is known, and while alerts do not look for causes.</summary>
    public Causes.Cause? Cause { get; init; }

    /// <summary>Members that nothing explains; some of them.</summary>
    public ValueList<Member> Roots { get; init; } = [];

    /// <summary>What explains the others.</summary>
    public ValueList<Causes.Blame> Blames { get; init; } = [];

    /// <summary>What the others are, for the title.</summary>
    public ValueList<Causes.Effect> Effects { get; init; } = [];

    /// <summary>People who were paged by incidents that are merged into this one.</summary>
    public ValueList<string> PagedElsewhere { get; init; } = [];

    public required Ladder Ladder { get; init; }

    /// <summary>The latest pages, oldest first.</summary>
    public ValueList<Page> Pages { get; init; } = [];

    /// <summary>Pages decided so far; part of each delivery's key.</summary>
    public int PageCount { get; init; }

    /// <summary>Explicit responders already paged, as type:name.</summary>
    public ValueList<string> RespondersPaged { get; init; } = [];

    /// <summary>Explicit responders waiting for the first page.</summary>
    public ValueList<Responder> RespondersWaiting { get; init; } = [];

    /// <summary>Who said "not me": they are not paged by later steps.</summary>
    public ValueList<string> PassedOn { get; init; } = [];

    /// <summary>Teams that own symptoms, each informed once; some of them.</summary>
    public ValueList<SymptomTeam> Symptoms { get; init; } = [];

    /// <summary>What quiet hours hold back until they end; null when nothing.</summary>
    public HeldBack? HeldBack { get; init; }

    /// <summary>A person has escalated it: quiet hours are theirs to judge.</summary>
    public bool IgnoresQuietHours { get; init; }

    /// <summary>Of <see cref="PageDecision"/>s so far.</summary>
    public int DecisionCount { get; init; }

    public int NoteCount { get; init; }

    /// <summary>
    /// Telling members something (resolved, moved): the last key told, null when nothing is to be told.
    /// </summary>
    public string? TellMembersAfter { get; init; }

    /// <summary>They are told that a person opened it again, and not that it is resolved.</summary>
    public bool TellsOfReopening { get; init; }

    public DateTimeOffset? TellMembersAt { get; init; }

    /// <summary>When messages that show something else by now are changed; null while all are up to date.</summary>
    public DateTimeOffset? UpdateAt { get; init; }

    /// <summary>False while silences hold every open member back, and while a flapping alert is quiet.</summary>
    [JsonIgnore]
    public bool MayPage =>
        PageableMembers > 0 || Adopting.Any(a => a.MayPage) || (OpenMembers <= 0 && QuietUntil is null);

    [JsonIgnore]
    public override GrainId Grain => new(GrainKind.Incident, Id);

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers
    {
        get
        {
            if (Ladder.NextAt is { } step)
            {
                yield return new GrainTimer("step", step);
            }

            if (AcknowledgedUntil is { } unacknowledge)
            {
                yield return new GrainTimer("unacknowledge", unacknowledge);
            }

            if (SnoozedUntil is { } snoozed)
            {
                yield return new GrainTimer("snooze", snoozed);
            }

            if (QuietUntil is { } quiet)
            {
                yield return new GrainTimer("quiet", quiet);
            }

            if (HeldBack is { HasEnded: false } held)
            {
                yield return new GrainTimer("digest", held.Until);
            }

            if (Status == IncidentStatus.Open && Pages.Min(page => page.AnswerBy) is { } answer)
            {
                yield return new GrainTimer("answer", answer);
            }

            if (UpdateAt is { } update)
            {
                yield return new GrainTimer("update", update);
            }

            if (TellMembersAt is { } tell)
            {
                yield return new GrainTimer("tell", tell, Read: new ItemRange("members", TellMembersAfter ?? "", 500));
            }
        }
    }

    public GrainState WithNumber(long number) => this with { Number = number };
}

/// <param name="PolicyVersion">Then in force: by it those are known whom the other steps would have paged.</param>
public sealed record Stopped(DateTimeOffset At, long PolicyVersion);

/// <summary>What quiet hours hold back.</summary>
/// <param name="Since">The first page that did not go out, or went out as e-mail.</param>
/// <param name="Until">Their end, as far as the policy says.</param>
/// <param name="Pages">That did not go out.</param>
public sealed record HeldBack(QuietMode Mode, DateTimeOffset Since, DateTimeOffset Until, int Pages)
{
    /// <summary>Explicit responders who wait for the end, as type:name, each written down once.</summary>
    public ValueList<string> Responders { get; init; } = [];

    /// <summary>
    /// They ended while nothing could be paged: what they held back is told when it can be, or when it is over. What is
    /// over and is opened again starts its ladder, as nobody was woken.
    /// </summary>
    public bool HasEnded { get; init; }
}

/// <summary>One page of one person, as shown.</summary>
public sealed record Page(
    Guid Id,
    DateTimeOffset At,
    int Step,
    string Who,
    ValueList<DeliveryTarget> Targets,
    int Channel,
    int Attempts,
    DeliveryState State,
    string Reason,
    string Detail)
{
    /// <summary>Under which it was found who is to be paged; 0 for a page of an earlier release.</summary>
    public long PolicyVersion { get; init; }

    /// <summary>
    /// It arrived, and counts as not reached when nobody answers by then; null when no answer is waited for.
    /// </summary>
    public DateTimeOffset? AnswerBy { get; init; }

    /// <summary>
    /// How a call ended in which nobody answered, told before its attempt was reported; null when none did.
    /// </summary>
    public string? Missed { get; init; }

    /// <summary>
    /// All pages of the message that it came in, when what becomes of the message is told to this one; null when it
    /// came alone.
    /// </summary>
    public ValueList<SentPage>? Together { get; init; }

    /// <summary>What called for it where no step did; null for a step's.</summary>
    public PageCall? Call { get; init; }

    /// <summary>
    /// Later steps that fell on the same instant and named the same person: it is their page too. Null when there are
    /// none.
    /// </summary>
    public ValueList<SharedStep>? Shared { get; init; }

    /// <summary>
    /// As urgent as it was said to be, to this person also by an incident that is merged into this one; null for a page
    /// of an earlier release.
    /// </summary>
    public Priority? Priority { get; init; }

    /// <summary>
    /// The receiver's own name for the message that arrived, by which it can be changed; null when it cannot.
    /// </summary>
    public string? Reference { get; init; }

    /// <summary>What the message shows, so far as it changes.</summary>
    public string? Shown { get; init; }

    /// <summary>The change that is under way; null when none is.</summary>
    public Guid? UpdateId { get; init; }

    /// <summary>Changes decided so far; part of each one's id.</summary>
    public int? Updates { get; init; }
}

/// <param name="At">When the step was climbed.</param>
public sealed record SharedStep(int Step, DateTimeOffset At);

public enum PageCall : byte
{
    /// <summary>An alert, or a person, has named them.</summary>
    Responder = 1,

    /// <summary>A person has given it to them, and has looked at the clock.</summary>
    Person = 2,

    /// <summary>It is told to them, and nobody expects them to come.</summary>
    News = 3,
}
