using System.Text.Json.Serialization;
using Correlation.Grains.Model;
using Correlation.Grains.Resources;
using Correlation.Grains.Topology;

namespace Correlation.Grains.Policy;

/// <summary>
/// Everything a decision may depend on beside state and command: one validated, immutable version. Files and API
/// objects merge into it; each object has one owner.
/// </summary>
public sealed record PolicyVersion
{
    public required long Version { get; init; }

    public required PolicySettings Settings { get; init; }

    public ValueList<User> Users { get; init; } = [];

    public ValueList<Team> Teams { get; init; } = [];

    public ValueList<Channel> Channels { get; init; } = [];

    /// <summary>The catalogue, in order: the first match classifies an alert.</summary>
    public ValueList<Kind> Kinds { get; init; } = [];

    /// <summary>In order, first match wins; the last one matches everything.</summary>
    public ValueList<Route> Routes { get; init; } = [];

    public ValueList<Escalation> Escalations { get; init; } = [];

    /// <summary>Those of the files, and those made through an API whose name no file has.</summary>
    public ValueList<Schedule> Schedules { get; init; } = [];

    /// <summary>All that were made through an API, in the order of their ids.</summary>
    public ValueList<Schedule> MadeSchedules { get; init; } = [];

    /// <summary>
    /// Users, teams, escalations, keys and alert policies made through an API, in the order of their ids: each is among
    /// its kind, unless a file has its name.
    /// </summary>
    public ValueList<Resource> MadeResources { get; init; } = [];

    /// <summary>By rank; all made through an API.</summary>
    public ValueList<AlertPolicy> AlertPolicies { get; init; } = [];

    /// <summary>Those that change the pages for an alert; by rank, all made through an API.</summary>
    public ValueList<AlertPolicy> NotificationPolicies { get; init; } = [];

    /// <summary>
    /// All that were made through an API, oldest first; <see cref="Users"/> have them among their contacts.
    /// </summary>
    public ValueList<MadeContact> MadeContacts { get; init; } = [];

    /// <summary>Oldest first: the newer one wins.</summary>
    public ValueList<Override> Overrides { get; init; } = [];

    public ValueList<InhibitRule> InhibitRules { get; init; } = [];

    public ValueList<MaintenanceWindow> Maintenance { get; init; } = [];

    public ValueList<Silencing> Silences { get; init; } = [];

    public ValueList<ApiKey> Keys { get; init; } = [];

    /// <summary>Of the files; <see cref="Topology"/> has what was declared and learnt beside them.</summary>
    public ValueList<EntityFacts> Entities { get; init; } = [];

    /// <summary>Of the files.</summary>
    public ValueList<Edge> Edges { get; init; } = [];

    /// <summary>What is upstream of what: of the files, declared and learnt.</summary>
    [JsonIgnore]
    public Graph Topology { get; init; } = Graph.Empty;

    /// <summary>False when nothing in it can hold a page back.</summary>
    [JsonIgnore]
    public bool Suppresses =>
        Silences.Count + Maintenance.Count + InhibitRules.Count > 0 ||
            NotificationPolicies.Any(rule => rule.Paging is { Suppresses: true });

    /// <summary>
    /// Where the things of the files are, so that a refusal to change one can say where it is changed.
    /// </summary>
    public ValueList<Origin> Origins { get; init; } = [];

    /// <summary>
    /// What was made through an API, as the changes that make it again: it outlives every configuration. Not the
    /// topology, which is far larger: <see cref="After"/> takes it over as it is.
    /// </summary>
    [JsonIgnore]
    public IEnumerable<PolicyChange> Made => Silences.Select(
        silence => (PolicyChange)new PolicyChange.SilenceSet(silence))
        .Concat(Maintenance.Where(window => window.ByApi).Select(window => new PolicyChange.MaintenanceSet(window)))
        .Concat(Overrides.Select(made => new PolicyChange.OverrideSet(made)))
        .Concat(MadeSchedules.Select(schedule => new PolicyChange.ScheduleSet(schedule)))
        .Concat(MadeResources.Select(resource => new PolicyChange.ResourceSet(resource)))
        .Concat(MadeContacts.Select(contact => new PolicyChange.ContactSet(contact)));

    /// <summary>This configuration with what was made, and nothing else that was.</summary>
    public PolicyVersion WithMade(IEnumerable<PolicyChange> made)
    {
        var (policy, learnt) = (OfFiles(), new List<TopologyUpdate>());
        foreach (var change in made)
        {
            if (change is PolicyChange.TopologyChanged(var update))
            {
                learnt.Add(update);
            }
            else
            {
                policy = policy.With(change);
            }
        }

        return policy with
        {
            Version = Version,
            Topology = Graph.Of(Entities, Edges).With(TopologyUpdate.Of(learnt)),
        };
    }

    /// <summary>This configuration in place of another, with what was made and learnt under that one.</summary>
    public PolicyVersion After(PolicyVersion other) => WithMade(other.Made) with
    {
        Topology = other.Topology.With(new TopologyUpdate
        {
            EntitiesGone = other.Entities.Select(facts => facts.Name).ToValueList(),
            EdgesGone = other.Edges.Select(edge => edge.Name).ToValueList(),
            Entities = Entities,
            Edges = Edges,
        }),
    };

    /// <summary>
    /// What the files say; the topology is left out, because <see cref="Entities"/> and <see cref="Edges"/> say it.
    /// </summary>
    public PolicyVersion OfFiles() => this with
    {
        Silences = [],
        Maintenance = Maintenance.Where(window => !window.ByApi).ToValueList(),
        Overrides = [],
        Schedules = Schedules.Where(schedule => !schedule.ByApi).ToValueList(),
        MadeSchedules = [],
        MadeContacts = [],
        MadeResources = [],
        AlertPolicies = [],
        NotificationPolicies = [],
        Users = Users.Where(user => !user.ByApi)
            .Select(user => user with { Contacts = user.FileContacts, Made = [] })
            .ToValueList(),
        Teams = Teams.Where(team => !team.ByApi).ToValueList(),
        Escalations = Escalations.Where(escalation => !escalation.ByApi).ToValueList(),
        Keys = Keys.Where(key => !key.ByApi).ToValueList(),
        Topology = Graph.Empty,
    };

    /// <summary>The next version.</summary>
    public PolicyVersion With(PolicyChange change) => Changed(change) with { Version = Version + 1 };

    /// <summary>The file that a thing comes from; null when it was made through an API, or is unknown.</summary>
    /// <param name="section">The word of its top-level key.</param>
    public string? FileOf(string section, string name) =>
        Origins.FirstOrDefault(origin => origin.Section == section && Same(origin.Name, name))?.File;

    /// <summary>The name under which <see cref="Origins"/> has an edge of the files.</summary>
    public static string EdgeName(string from, string to) => $"{from} -> {to}";

    /// <summary>As the policy spells the name; null when it knows nobody of it.</summary>
    public Participant? Find(Participant who)
    {
        var name = who.Type switch
        {
            ParticipantType.User => FindUser(who.Name)?.Name,
            ParticipantType.Team => FindTeam(who.Name)?.Name,
            ParticipantType.Escalation => FindEscalation(who.Name)?.Name,
            _ => who.Name,
        };
        return name is null ? null : who with { Name = name };
    }

    /// <summary>When a maintenance window next begins or ends after this time; null when none ever does.</summary>
    public DateTimeOffset? NextMaintenance(DateTimeOffset after) =>
        Maintenance.Select(window => window.NextChange(after)).Min();

    public Kind? FindKind(string name) => name.Length == 0 ? null : Kinds.FirstOrDefault(k => Same(k.Name, name));

    public User? FindUser(string name) => Users.FirstOrDefault(u => Same(u.Name, name));

    /// <summary>Also by what it was called before.</summary>
    public Team? FindTeam(string name) => Teams.FirstOrDefault(t => Same(t.Name, name))
        ?? Teams.FirstOrDefault(t => t.Formerly.Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// All that one team is and was called, without what a file's team has been called since; the name alone when there
    /// is no such team.
    /// </summary>
    public IReadOnlyList<string> NamesOfTeam(string name) =>
        FindTeam(name) is { } team ? [team.Name, .. team.Formerly.Where(former => FindTeam(former) == team)] : [name];

    /// <summary>As it is called now.</summary>
    public string TeamNow(string name) => FindTeam(name)?.Name ?? name;

    public Channel? FindChannel(string name) => Channels.FirstOrDefault(c => Same(c.Name, name));

    /// <summary>Also by the name that stands for who is on call by a schedule.</summary>
    public Escalation? FindEscalation(string name) => Escalation.ScheduleOf(name) is { } schedule && FindSchedule(schedule) is { } found
        ? Escalation.Of(found)
        : Escalations.FirstOrDefault(e => Same(e.Name, name));

    public Schedule? FindSchedule(string name) => Schedules.FirstOrDefault(s => Same(s.Name, name));

    private PolicyVersion Changed(PolicyChange change) => change switch
    {
        PolicyChange.SilenceSet(var silence) => this with
        {
            Silences = Silences.Where(s => s.Id != silence.Id).Append(silence).ToValueList(),
        },
        PolicyChange.SilenceGone(var id) => this with { Silences = Silences.Where(s => s.Id != id).ToValueList() },
        PolicyChange.MaintenanceSet(var window) => this with
        {
            Maintenance = Maintenance.Where(w => w.Id != window.Id).Append(window with { ByApi = true }).ToValueList(),
        },
        PolicyChange.MaintenanceGone(var id) =>
            this with { Maintenance = Maintenance.Where(w => w.Id != id).ToValueList() },
        PolicyChange.OverrideSet(var made) => this with
        {
            Overrides = Overrides.Where(o => o.Id != made.Id).Append(made)
                .OrderBy(o => o.MadeAt)
                .ThenBy(o => o.Id, StringComparer.Ordinal)
                .ToValueList(),
        },
        PolicyChange.OverrideGone(var id) => this with { Overrides = Overrides.Where(o => o.Id != id).ToValueList() },
        PolicyChange.ScheduleSet(var schedule) =>
            WithSchedules(MadeSchedules.Where(s => s.Id != schedule.Id).Append(schedule with { ByApi = true })),
        PolicyChange.ScheduleGone(var id) => WithSchedules(MadeSchedules.Where(s => s.Id != id)),
        PolicyChange.ResourceSet(var resource) =>
            WithResources(MadeResources.Where(r => r.Id != resource.Id).Append(resource)),
        PolicyChange.ResourceGone(var id, _) => WithResources(MadeResources.Where(r => r.Id != id)),
        PolicyChange.ContactSet(var contact) =>
            WithContacts(MadeContacts.Where(c => c.Id != contact.Id).Append(contact)),
        PolicyChange.ContactGone(var id) => WithContacts(MadeContacts.Where(c => c.Id != id)),
        PolicyChange.TopologyChanged(var update) => this with { Topology = Topology.With(update) },
        _ => throw new System.Diagnostics.UnreachableException($"Unknown policy change {change}."),
    };

    private PolicyVersion WithSchedules(IEnumerable<Schedule> made)
    {
        var sorted = made.OrderBy(schedule => schedule.Id, StringComparer.Ordinal).ToValueList();
        return this with
        {
            MadeSchedules = sorted,
            Schedules = Merged(Schedules.Where(schedule => !schedule.ByApi), sorted, schedule => schedule.Name)
                .Select(schedule => RenamedTeams.In(this, schedule))
                .ToValueList(),
        };
    }

    private PolicyVersion WithResources(IEnumerable<Resource> made)
    {
        var sorted = made.OrderBy(resource => resource.Id, StringComparer.Ordinal).ToValueList();
        var merged = this with
        {
            MadeResources = sorted,
            Users = Merged(
                Users.Where(u => !u.ByApi), sorted.OfType<Resource.OfUser>().Select(r => r.User), user => user.Name),
            Teams = Merged(
                Teams.Where(t => !t.ByApi), sorted.OfType<Resource.OfTeam>().Select(r => r.Team with { ByApi = true }),
                team => team.Name),
            Escalations = Merged(
                Escalations.Where(e => !e.ByApi), sorted.OfType<Resource.OfEscalation>().Select(r => r.Escalation),
                ladder => ladder.Name),
            AlertPolicies = Ranked(sorted, rule => rule.Paging is null),
            NotificationPolicies = Ranked(sorted, rule => rule.Paging is not null),
            Keys = Merged(
                Keys.Where(k => !k.ByApi), sorted.OfType<Resource.OfKey>().Select(r => r.Key), key => key.Name),
        };
        return RenamedTeams.AreIn(this) || RenamedTeams.AreIn(merged)
            ? RenamedTeams.In(merged).WithSchedules(MadeSchedules).WithContacts(MadeContacts)
            : merged.WithContacts(MadeContacts);
    }

    private static ValueList<AlertPolicy> Ranked(IEnumerable<Resource> made, Func<AlertPolicy, bool> which) =>
        made.OfType<Resource.OfAlertPolicy>()
            .Select(r => r.Policy)
            .Where(which)
            .OrderBy(rule => rule.Rank)
            .ToValueList();

    /// <summary>An object has one owner: of two with one name the file's is in force.</summary>
    private static ValueList<T> Merged<T>(IEnumerable<T> ofFiles, IEnumerable<T> made, Func<T, string> nameOf)
    {
        var files = ofFiles.ToList();
        var names = files.Select(nameOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. files, .. made.Where(one => !names.Contains(nameOf(one)))];
    }

    /// <summary>Those of the files first, then who is verified, each as old as it is.</summary>
    private PolicyVersion WithContacts(IEnumerable<MadeContact> made)
    {
        var sorted = made.OrderBy(contact => contact.MadeAt)
            .ThenBy(contact => contact.Id, StringComparer.Ordinal)
            .ToValueList();
        var byUser = sorted.Where(contact => contact.Enabled).OrderBy(contact => contact.Verified ? 0 : 1)
            .ToLookup(contact => contact.User, StringComparer.OrdinalIgnoreCase);
        return this with { MadeContacts = sorted, Users = Users.Select(Reached).ToValueList() };

        User Reached(User user)
        {
            var own = byUser[user.Name].ToValueList();
            return user with { Contacts = [.. user.FileContacts, .. own.Select(contact => contact.Target)], Made = own };
        }
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

/// <param name="Section">The word of the top-level key under which the files have it.</param>
/// <param name="File">Its name in the configuration's folder.</param>
public sealed record Origin(string Section, string Name, string File);

/// <param name="Type">log, webhook or email; each is one file of the outbox.</param>
/// <param name="Settings">As the channel's own file documents them (url, secret, host, port, from, ...).</param>
public sealed record Channel(string Name, string Type, Labels Settings);

/// <summary>What happens to alerts that match: how they group, how long to wait, whom they belong to.</summary>
public sealed record Route(
    string Name,
    Matchers.MatcherSet Match,
    ValueList<string> GroupBy,
    TimeSpan GroupWait,
    TimeSpan Repeat,
    string? Team,
    string? Escalation,
    Priority? Priority);

/// <summary>A silence as the policy sees it: what it hides and from when to when.</summary>
public sealed record Silencing(
    string Id,
    Matchers.MatcherSet Matchers,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    string CreatedBy,
    string Comment)
{
    public bool IsActive(DateTimeOffset at) => StartsAt <= at && at < EndsAt;
}
