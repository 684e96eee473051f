using Correlation.Gateway.Opsgenie.Schedules;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// How a person is told of a page: the rules made here, or those of a file, in their order, and last the default one,
/// which is all contacts in their order. Each is a change of its user; who comes from a file is changed there.
/// </summary>
internal sealed class NotificationRules(ResourceWrites writes, Func<PolicyVersion> policy)
{
    private const int Most = 50;

    public ApiAnswer? Read(User user, string[] path) => path switch
    {
        [] => ApiAnswer.Ok(json =>
        {
            json.WriteStartArray();
            foreach (var rule in NotificationRuleJson.Of(user))
            {
                NotificationRuleJson.Write(json, policy(), user, rule);
            }

            json.WriteEndArray();
        }),
        [var id, .. var rest] when NotificationRuleJson.Of(user).FirstOrDefault(rule => rule.Id == id) is { } found => rest switch
        {
            [] => ApiAnswer.Ok(json => NotificationRuleJson.Write(json, policy(), user, found)),
            ["steps"] =>
                Lists.Of(found.Steps, (json, step) => NotificationRuleJson.Write(json, policy(), user, step, null)),
            ["steps", var step] => found.Steps.FirstOrDefault(one => one.Id == step) is { } one
                ? ApiAnswer.Ok(json => NotificationRuleJson.Write(json, policy(), user, one, found))
                : NoStep(found, step),
            _ => null,
        },
        [var id, ..] => None(user, id),
    };

    /// <returns>Null for what is no change of a rule.</returns>
    public async ValueTask<ApiAnswer?> WriteAsync(ApiCall call, User user, string[] path) => (call.Method.ToUpperInvariant(), path) switch
    {
        ("POST", []) => await CreateAsync(call, user),
        (_, [var id, ..]) when id == NotificationRuleJson.DefaultId(user) => new ApiAnswer(422)
        {
            Message = "The default notification rule is what holds when no other does, all contacts in their order: make a rule that goes before it.",
        },
        (_, [var id, ..]) when user.Rules.All(rule => rule.Id != id) => None(user, id),
        ("PATCH" or "PUT", [var id]) =>
            await ChangeAsync(call, user, id, (before, rule, body) => Updated(before, rule, body), "Updated"),
        ("DELETE", [var id]) => await SwitchAsync(call, user, before => Without(before, id), "Deleted", null),
        ("POST", [var id, "enable"]) =>
            await SwitchAsync(
                call, user, before => With(before, id, rule => rule with { Enabled = true }), "Enabled", id),
        ("POST", [var id, "disable"]) =>
            await SwitchAsync(
                call, user, before => With(before, id, rule => rule with { Enabled = false }), "Disabled", id),
        ("POST", [var id, "change-order"]) => await ChangeAsync(call, user, id, Moved, "Updated"),
        ("POST", [var id, "steps"]) => await AddStepAsync(call, user, id),
        (var method, [var id, "steps", var step, .. var what]) => await StepAsync(call, user, id, step, (method, what)),
        _ => null,
    };

    private async ValueTask<ApiAnswer> CreateAsync(ApiCall call, User user)
    {
        var id = writes.NewId();
        return await ChangeAsync(
            call,
            user,
            (before, body) =>
            {
                if (before.Rules.Count >= Most)
                {
                    body.Errors.Add("name", $"A user has at most {Most} notification rules.");
                }

                var rule = new NotificationRule(NotificationRuleBody.Every, []) { Id = id };
                var made = NotificationRuleBody.Read(body, policy(), before, rule, writes.NewId);
                return Ordered(before with { Rules = before.Rules.Add(made) }, made, body);
            },
            "Created",
            201,
            after => Named(after, id));
    }

    private async ValueTask<ApiAnswer> AddStepAsync(ApiCall call, User user, string id)
    {
        var step = writes.NewId();
        return await ChangeAsync(
            call,
            user,
            (before, body) => With(before, id, rule =>
            {
                if (rule.Steps.Count >= NotificationRuleBody.MostSteps)
                {
                    body.Errors.Add(
                        "contact", $"A notification rule has at most {NotificationRuleBody.MostSteps} steps.");
                }

                return rule with { Steps = rule.Steps.Add(NotificationRuleBody.Step(body, policy(), before, new NotificationStep("", default) { Id = step })) };
            }),
            "Created",
            201,
            after => (step, Named(after, id).Name));
    }

    private ValueTask<ApiAnswer> StepAsync(
        ApiCall call, User user, string id, string step, (string Method, string[] What) asked)
    {
        var found = user.Rules.First(rule => rule.Id == id);
        return found.Steps.All(one => one.Id != step) ? new(NoStep(found, step)) : (asked.Method.ToUpperInvariant(), asked.What) switch
        {
            ("PATCH" or "PUT", []) => ChangeAsync(
                call,
                user,
                (before, body) =>
                    With(
                        before,
                        id,
                        rule => WithStep(rule, step, one => NotificationRuleBody.Step(body, policy(), before, one))),
                "Updated",
                200,
                after => (step, Named(after, id).Name)),
            ("DELETE", []) => SwitchAsync(
                call, user,
                before =>
                    With(
                        before,
                        id,
                        rule => rule with { Steps = rule.Steps.Where(one => one.Id != step).ToValueList() }),
                "Deleted", null),
            ("POST", ["enable"]) => SwitchStepAsync(call, user, id, step, isOn: true),
            ("POST", ["disable"]) => SwitchStepAsync(call, user, id, step, isOn: false),
            _ => new(ApiAnswer.MethodNotAllowed(
                asked.Method, asked.What.Length == 0 ? ["PATCH", "PUT", "DELETE"] : ["POST"])),
        };
    }

    private ValueTask<ApiAnswer> SwitchStepAsync(ApiCall call, User user, string id, string step, bool isOn) => SwitchAsync(
        call,
        user,
        before => With(before, id, rule => WithStep(rule, step, one => one with { Enabled = isOn })),
        isOn ? "Enabled" : "Disabled",
        step);

    private ValueTask<ApiAnswer> ChangeAsync(
        ApiCall call, User user, string id, Func<User, NotificationRule, BodyObject, User> change, string result) => ChangeAsync(
        call,
        user,
        (before, body) =>
            before.Rules.FirstOrDefault(rule => rule.Id == id) is { } rule ? change(before, rule, body) : before,
        result,
        200,
        after => Named(after, id));

    private async ValueTask<ApiAnswer> ChangeAsync(
        ApiCall call, User user,
        Func<User, BodyObject, User> change, string result, int status, Func<User, (string Id, string Name)> about)
    {
        var (body, refusal) = await ScheduleWrites.ReadAsync(call);
        return refusal ?? await writes.ChangeAsync(
            call,
            user.Id,
            before =>
            {
                var changed = change(UserOf(before), body!.Root);
                return body.Errors.Any ? (null, ApiAnswer.Invalid(body.Errors)) : (new Resource.OfUser(changed), null);
            },
            result,
            status,
            after => about(UserOf(after)));
    }

    /// <summary>What needs no body.</summary>
    /// <param name="id">Null of what is gone.</param>
    private ValueTask<ApiAnswer> SwitchAsync(ApiCall call, User user, Func<User, User> change, string result, string? id) => writes.ChangeAsync(
        call, user.Id, before => (new Resource.OfUser(change(UserOf(before))), null), result, 200,
        after => id is null ? null : (id, Named(UserOf(after), id).Name));

    private User Updated(User before, NotificationRule rule, BodyObject body)
    {
        var changed = NotificationRuleBody.Read(body, policy(), before, rule, writes.NewId);
        return Ordered(With(before, rule.Id, _ => changed), changed, body);
    }

    private static User Moved(User before, NotificationRule rule, BodyObject body)
    {
        if (body.Number("order") is not >= 0)
        {
            body.Errors.Add("order", "order must be a number from 0.");
        }

        return Ordered(before, rule, body);
    }

    private static User Ordered(User user, NotificationRule rule, BodyObject body)
    {
        if (body.Number("order") is not { } order)
        {
            return user;
        }

        var rules = Without(user, rule.Id).Rules.ToList();
        rules.Insert(Math.Clamp(order, 0, rules.Count), rule);
        return user with { Rules = rules.ToValueList() };
    }

    private static User With(User user, string id, Func<NotificationRule, NotificationRule> change) =>
        user with { Rules = user.Rules.Select(rule => rule.Id == id ? change(rule) : rule).ToValueList() };

    private static NotificationRule WithStep(
        NotificationRule rule, string id, Func<NotificationStep, NotificationStep> change) =>
        rule with { Steps = rule.Steps.Select(step => step.Id == id ? change(step) : step).ToValueList() };

    private static User Without(User user, string id) =>
        user with { Rules = user.Rules.Where(rule => rule.Id != id).ToValueList() };

    /// <summary>What an answer says of the rule; of one that is gone its id alone.</summary>
    private static (string Id, string Name) Named(User user, string id) =>
        (id, user.Rules.FirstOrDefault(rule => rule.Id == id)?.Name ?? "");

    private static User UserOf(Resource resource) => ((Resource.OfUser)resource).User;

    private static ApiAnswer None(User user, string id) =>
        ApiAnswer.NotFound($"The user '{user.Name}' has no notification rule '{Texts.Cut(id, Limits.Alias)}'.");

    private static ApiAnswer NoStep(NotificationRule rule, string id) =>
        ApiAnswer.NotFound($"The notification rule '{rule.Name}' has no step '{Texts.Cut(id, Limits.Alias)}'.");
}
