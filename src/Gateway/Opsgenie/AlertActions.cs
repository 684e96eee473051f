using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie;

/// <summary>One action of the API: what it reads and the commands it becomes.</summary>
/// <param name="Commands">None only with errors.</param>
internal sealed record AlertAction(
    string Method, string Name, ActionFields Fields, Func<ActionRequest, IEnumerable<AlertCommand>> Commands)
{
    public KeyRights Right => this is { Method: "DELETE", Name: "" } ? KeyRights.Delete : KeyRights.CreateAndUpdate;
}

/// <param name="Target">The alert id the caller meant; null when named by alias.</param>
/// <param name="Argument">Name of a custom action.</param>
/// <param name="Key">Name of the key it came with.</param>
internal sealed record ActionRequest(
    Guid? Target, string Argument, ActionBody Body, ApiQuery Query, string Key, DateTimeOffset Now);

/// <summary>Every write under /v2/alerts/{identifier}, in one table.</summary>
internal static class AlertActions
{
    private static readonly AlertAction[] All =
    [
        new("DELETE", "", ActionFields.None, r => [new AlertCommand.Delete(r.Target, r.Body.User, r.Body.Source)]),
        new("POST", "close", ActionFields.Common, Close),
        new("POST", "acknowledge", ActionFields.Common,
            r => Handle(r, new IncidentCommand.Acknowledge(SomebodyOf(r), r.Body.Note))),
        new("POST", "unacknowledge", ActionFields.Common,
            r => Handle(r, new IncidentCommand.Unacknowledge(r.Body.User, r.Body.Note))),
        new("POST", "snooze", ActionFields.Common | ActionFields.EndTime, Snooze),
        new("POST", "assign", ActionFields.Common | ActionFields.Owner, r =>
            Required(r, "owner", r.Body.Owner, owner =>
                Handle(r, new IncidentCommand.Assign(owner.Name, r.Body.User, r.Body.Note)))),
        new("POST", "escalate", ActionFields.Common | ActionFields.Escalation, r =>
            Handle(r, new IncidentCommand.Escalate(r.Body.Escalation?.Name, r.Body.User, r.Body.Note))),
        new("POST", "responders", ActionFields.Common | ActionFields.Responder, r => AddResponders(r, "responder")),
        new("POST", "teams", ActionFields.Common | ActionFields.Team, r => AddResponders(r, "team")),
        new("POST", "notes", ActionFields.Common, r =>
            Required(r, "note", r.Body.Note, note =>
                [new AlertCommand.AddNote(r.Target, r.Body.User, r.Body.Source, note)])),
        new("POST", "tags", ActionFields.Common | ActionFields.Tags, r =>
            Required(r, "tags", r.Body.Tags, tags =>
                [new AlertCommand.AddTags(r.Target, tags, r.Body.User, r.Body.Note)])),
        new("DELETE", "tags", ActionFields.None, r =>
            Required(r, "tags", r.Query.List("tags").ToValueList(),
                tags => [new AlertCommand.RemoveTags(r.Target, tags, r.Body.User, r.Body.Note)])),
        new("POST", "details", ActionFields.Common | ActionFields.Details, r =>
            Required(r, "details", r.Body.Details, details =>
                [new AlertCommand.AddDetails(r.Target, details, r.Body.User, r.Body.Note)])),
        new("DELETE", "details", ActionFields.None, r =>
            Required(r, "keys", r.Query.List("keys").ToValueList(),
                keys => [new AlertCommand.RemoveDetails(r.Target, keys, r.Body.User, r.Body.Note)])),
        new("POST", "actions", ActionFields.Common,
            r => [new AlertCommand.RunAction(r.Target, r.Argument, r.Body.User, r.Body.Note)]),

        // Alertmanager leaves an empty text out: then there is nothing to change, and the alert says that it is no
        // error.
        new("PUT", "message", ActionFields.Common | ActionFields.Message,
            r => [new AlertCommand.SetMessage(r.Target, r.Body.Message, r.Body.User)]),
        new("PUT", "description", ActionFields.Common | ActionFields.Description,
            r => [new AlertCommand.SetDescription(r.Target, r.Body.Description, r.Body.User)]),
        new("PUT", "priority", ActionFields.Common | ActionFields.Priority, r =>
            Required(r, "priority", r.Body.Priority?.ToString(),
                _ => [new AlertCommand.SetPriority(r.Target, r.Body.Priority!.Value, r.Body.User)])),
    ];

    public static AlertAction? Find(string method, string name) =>
        Array.Find(All, a => a.Name == name && a.Method.Equals(method, StringComparison.OrdinalIgnoreCase));

    public static IEnumerable<string> MethodsOf(string name) => All.Where(a => a.Name == name).Select(a => a.Method);

    public static bool Exists(string name) => Array.Exists(All, a => a.Name == name);

    /// <summary>Without a user it is the source's own resolve, as Alertmanager and Grafana send it.</summary>
    private static IEnumerable<AlertCommand> Close(ActionRequest r) =>
        [new AlertCommand.Close(r.Target, r.Body.User, r.Body.Source, r.Body.Note, ByPerson: r.Body.User.Length > 0)];

    /// <summary>What is acknowledged is in somebody's hands, by name.</summary>
    private static string SomebodyOf(ActionRequest r) => r.Body.User.Length > 0 ? r.Body.User : r.Key;

    private static IEnumerable<AlertCommand> Snooze(ActionRequest r)
    {
        switch (r.Body.EndTime)
        {
            case null:
                r.Body.Errors.Add("endTime", "endTime can not be empty.");
                return [];
            case { } until when until <= r.Now:
                r.Body.Errors.Add("endTime", "endTime must be in the future.");
                return [];
            case { } until:
                return Handle(r, new IncidentCommand.Snooze(until, r.Body.User, r.Body.Note));
        }
    }

    private static IEnumerable<AlertCommand> AddResponders(ActionRequest r, string field) =>
        Required(r, field, r.Body.Responders, responders => responders.Select(
            responder => new AlertCommand.AddResponder(r.Target, responder, r.Body.User, r.Body.Note)));

    private static IEnumerable<AlertCommand> Handle(ActionRequest r, IncidentCommand.ByPerson action) =>
        [new AlertCommand.Handle(r.Target, action)];

    private static IEnumerable<AlertCommand> Required<T>(
        ActionRequest r, string field, T? value, Func<T, IEnumerable<AlertCommand>> commands)
        where T : class
    {
        if (value is not null and not "" and not IReadOnlyCollection<string> { Count: 0 } and not Labels { Count: 0 }
            and not List<Responder> { Count: 0 })
        {
            return commands(value);
        }

        r.Body.Errors.Add(field, $"{field} can not be empty.");
        return [];
    }
}
