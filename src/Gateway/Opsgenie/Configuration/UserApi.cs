using System.Text.Json;
using Correlation.Gateway.Contacts;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>Users, how they are reached, and what they belong to.</summary>
internal sealed class UserApi(IGrains grains, ResourceWrites writes, ContactApi contacts) : ResourceApi<User>(
    SetOf(grains), writes)
{
    private const int DefaultLimit = 100;

    private readonly NotificationRules _rules = new(writes, () => grains.Policy);

    protected override bool ChangesAreNamed => false;

    /// <summary>Contacts are made here of users of files as well; a team's key makes no users.</summary>
    public override ValueTask<ApiAnswer> AnswerAsync(ApiCall call, string[] path) =>
        path is [] && call.Is("POST") && call.Key.Team is not null ? new(ApiAnswer.OtherTeam(call.Key, "a new user"))
        : path is [var who, ..] && !call.Is("GET") && Refuse(call, who) is { } refusal ? new(refusal)
        : path is [var name, "contacts", ..] &&
            !call.Is("GET") ? AlertApi.WithRight(call, KeyRights.Configure, () => ContactAsync(call, name, path))
        : base.AnswerAsync(call, path);

    protected override Resource Read(ApiCall call, BodyObject body, User? before) =>
        new Resource.OfUser(UserBody.Read(body, before ?? new User("", "", "UTC", []) { Id = Writes.NewId() }));

    protected override User Of(Resource resource) => ((Resource.OfUser)resource).User;

    /// <summary>A user's name is an address: who has no other contact is reached by e-mail.</summary>
    protected override async ValueTask<ApiAnswer> CreatedAsync(ApiCall call, Resource resource)
    {
        var made = await base.CreatedAsync(call, resource);
        if (made.Status == 201 && Policy.FindUser(resource.Name) is { ByApi: true } user)
        {
            await contacts.InviteAsync(call, user);
        }

        return made;
    }

    protected override async ValueTask<ApiAnswer> DeleteAsync(ApiCall call, User user)
    {
        var deleted = await base.DeleteAsync(call, user);
        if (deleted.Status == 200)
        {
            await contacts.ForgetAsync(call, user);
        }

        return deleted;
    }

    /// <summary>The one list of these that has pages, and by user name upwards.</summary>
    protected override ApiAnswer List(ApiCall call)
    {
        var errors = new FieldErrors();
        var limit = call.Query.Number("limit", DefaultLimit, 1, DefaultLimit, errors);
        var offset = call.Query.Number("offset", 0, 0, int.MaxValue - DefaultLimit, errors);
        var descends = call.Query.Choice("order", errors, "asc", "desc") == "desc";
        var byName = call.Query.Choice("sortField", errors, "username", "fullName", "insertedAt") == "fullName";
        var isAsked = UserQuery.Read(call.Query["query"], errors);
        if (errors.Any)
        {
            return ApiAnswer.Invalid(errors);
        }

        var all = Things.Seen(call)
            .Where(isAsked!)
            .OrderBy(user => byName ? user.FullName : user.Name, StringComparer.OrdinalIgnoreCase)
            .ToList();
        if (descends)
        {
            all.Reverse();
        }

        var page = all.Skip(offset).Take(limit);
        return Lists.Of(page, (json, user) => Write(json, call, user, whole: false)) with
        {
            Paging = Paging.ByOffset(call, offset, limit, offset + limit < all.Count, all.Count),
            TotalCount = all.Count,
            Expandable = ["contact"],
        };
    }

    /// <summary>
    /// A team's key changes whoever is in that team alone: another team's pages are not for it to lose.
    /// </summary>
    private ApiAnswer? Refuse(ApiCall call, string name) =>
        call.Key.Team is not null && Things.Find(call, name).Found is { } user &&
            TeamsOf(Policy, user).Any(team => !call.Key.Sees(team.Name))
            ? ApiAnswer.OtherTeam(call.Key, $"the user '{user.Name}' also")
            : null;

    private async ValueTask<ApiAnswer> ContactAsync(ApiCall call, string name, string[] path)
    {
        var (user, refusal) = Things.Find(call, name);
        return refusal
            ?? await contacts.ChangeAsync(call, user!, path[1..], () => Things.OfFile(user!.Name))
            ?? NoPart(call);
    }

    private static ResourceSet<User> SetOf(IGrains grains) => new(
        grains, "user", "users", "username", policy => policy.Users, user => user.Name, People.IdOf,
        user => user.ByApi, (call, user) => Sees(call.Key, grains.Policy, user));

    private static bool Sees(ApiKey key, PolicyVersion policy, User user) =>
        key.Team is null || TeamsOf(policy, user).Any(team => key.Sees(team.Name));

    private static IEnumerable<Team> TeamsOf(PolicyVersion policy, User user) =>
        policy.Teams.Where(team => team.Members.Any(member => Same(member.User, user.Name)));

    protected override void Write(Utf8JsonWriter json, ApiCall call, User user, bool whole)
    {
        var policy = Policy;
        var role = TeamsOf(policy, user).Any(team => team.Members.Any(m => m.Admin && Same(m.User, user.Name)))
            ? "Admin"
            : "User";
        json.WriteStartObject();
        json.WriteString("id", People.IdOf(user));
        json.WriteString("username", user.Name);
        json.WriteString("fullName", user.FullName);
        json.WriteString("timeZone", user.TimeZone);
        json.WriteBoolean("blocked", false);
        json.WriteBoolean("verified", true);
        UserProfile.Write(json, user.Profile, role);
        if (call.Query.List("expand").Contains("contact", StringComparer.OrdinalIgnoreCase))
        {
            json.WriteStartArray("userContacts");
            foreach (var contact in ContactBook.Of(policy, user))
            {
                json.WriteStartObject();
                json.WriteString("id", contact.Id);
                json.WriteString("to", contact.Target.Address);
                json.WriteString("contactMethod", ContactApi.MethodOf(policy, contact.Target));
                json.WriteBoolean("enabled", contact.Enabled);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    protected override async ValueTask<ApiAnswer> WritePartAsync(ApiCall call, User user, string[] path) =>
        (path is ["notification-rules", .. var rule] ? await _rules.WriteAsync(call, user, rule) : null)
            ?? NoPart(call);

    protected override ApiAnswer? Part(ApiCall call, User user, string[] path) => Part(Policy, user, path);

    private ApiAnswer? Part(PolicyVersion policy, User user, string[] path) => path switch
    {
        ["teams"] =>
            Lists.Of(
                TeamsOf(policy, user),
                (json, team) => Lists.WriteMeta(json, People.IdOf(policy, "team", team.Name), team.Name)),
        ["schedules"] => Lists.Of(
            policy.Schedules.Where(s => s.Rotations.Any(r => r.Participants.Any(p => Same(p.Name, user.Name)))),
            Schedules.ScheduleJson.WriteBrief),
        ["escalations"] => Lists.Of(
            policy.Escalations.Where(
                e => e.Steps.Any(s => s.Target.Type == StepTargetType.User && Same(s.Target.Name, user.Name))),
            (json, ladder) => Lists.WriteMeta(json, People.IdOf(policy, "escalation", ladder.Name), ladder.Name)),
        ["forwarding-rules"] => Lists.Empty(),
        ["contacts"] => Lists.Of(
            ContactBook.Of(policy, user).Select((contact, order) => (contact, order)),
            (json, one) => ContactApi.Write(json, policy, one.contact, one.order)),
        ["contacts", var id] => ContactBook.Of(policy, user).FirstOrDefault(contact => contact.Id == id) is { } found
            ? ApiAnswer.Ok(
                json => ContactApi.Write(json, policy, found, ContactBook.Of(policy, user).ToList().IndexOf(found)))
            : ApiAnswer.NotFound($"The user '{user.Name}' has no contact '{id}'."),
        ["notification-rules", .. var rule] => _rules.Read(user, rule),
        _ => null,
    };

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
