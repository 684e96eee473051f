namespace Correlation.Gateway.Opsgenie;

internal enum AlertPathKind
{
    Collection,
    Count,
    Request,
    SavedSearches,

    /// <summary>The setting of a client holds /v2/alerts already and the client appended it again.</summary>
    Doubled,
    Alert,
}

/// <summary>
/// What a path under /v2/alerts means. The action is found from the right, because an identifier may hold anything,
/// slashes included; a slash sent as %2F is never taken for a separator.
/// </summary>
/// <remarks>
/// A custom action may be named like a built-in one, so <c>a/actions/close</c> is the custom action "close" of "a". It
/// could also be the close of an alert called "a/actions": <see cref="OtherReading"/>.
/// </remarks>
/// <param name="Identifier">Decoded; of the alert, the request or the saved search.</param>
/// <param name="Action">Such as close; empty for the alert itself.</param>
/// <param name="Argument">What follows the action: a custom action's name.</param>
internal readonly record struct AlertPath(AlertPathKind Kind, string Identifier, string Action, string Argument)
{
    private static readonly HashSet<string> Actions = new(StringComparer.Ordinal)
    {
        "acknowledge", "assign", "attachments", "close", "description", "details", "escalate", "logs", "message",
        "notes", "priority", "recipients", "responders", "snooze", "tags", "teams", "unacknowledge",
    };

    private static readonly HashSet<string> ActionsWithArgument =
        new(StringComparer.Ordinal) { "actions", "attachments" };

    /// <summary>
    /// Of a custom action that is named like a built-in one: that action, on an alert called ".../actions".
    /// </summary>
    public AlertPath? OtherReading => Action == "actions" && Actions.Contains(Argument)
        ? this with { Identifier = Identifier + "/actions", Action = Argument, Argument = "" }
        : null;

    public static AlertPath Parse(string rest)
    {
        if (rest is "v2/alerts" || rest.StartsWith("v2/alerts/", StringComparison.Ordinal))
        {
            return Of(AlertPathKind.Doubled);
        }

        if (rest is "saved-searches" || rest.StartsWith("saved-searches/", StringComparison.Ordinal))
        {
            return Of(AlertPathKind.SavedSearches, rest["saved-searches".Length..].Trim('/'));
        }

        var (head, last) = Cut(rest);
        return (head, last) switch
        {
            ("", "") => Of(AlertPathKind.Collection),
            ("", "count") => Of(AlertPathKind.Count),
            ("requests", _) => Of(AlertPathKind.Request, last),
            (not "", _) when Cut(head) is (not "", "actions") cut && Actions.Contains(last) =>
                Of(AlertPathKind.Alert, cut.Head, "actions", last),
            (not "", _) when Actions.Contains(last) => Of(AlertPathKind.Alert, head, last),
            (not "", _) when Cut(head) is (not "", var action) cut && ActionsWithArgument.Contains(action) =>
                Of(AlertPathKind.Alert, cut.Head, action, last),
            _ => Of(AlertPathKind.Alert, rest),
        };
    }

    private static AlertPath Of(AlertPathKind kind, string identifier = "", string action = "", string argument = "") =>
        new(kind, Texts.Decode(identifier), action, Texts.Decode(argument));

    private static (string Head, string Last) Cut(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? ("", path) : (path[..slash].TrimEnd('/'), path[(slash + 1)..]);
    }
}
