using Correlation.Gateway.Keys;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie;

/// <summary>Everything under /v2/alerts: finds what is asked for and whether the key may.</summary>
internal sealed class AlertApi(
    AlertLookup lookup,
    AlertCreation creation,
    AlertWrites writes,
    AlertReads reads,
    AlertLists lists,
    SavedSearchApi searches,
    RequestStatuses statuses)
{
    public ValueTask<ApiAnswer> AnswerAsync(ApiCall call)
    {
        var path = AlertPath.Parse(call.Path.Rest);
        return path.Kind switch
        {
            AlertPathKind.Collection when call.Is("POST") =>
                WithRight(call, KeyRights.CreateAndUpdate, () => creation.CreateAsync(call)),
            AlertPathKind.Collection when call.Is("GET") =>
                WithRight(call, KeyRights.Read, () => lists.ListAsync(call)),
            AlertPathKind.Count when call.Is("GET") => WithRight(call, KeyRights.Read, () => lists.CountAsync(call)),
            AlertPathKind.Request when call.Is("GET") =>
                WithRight(call, KeyRights.Read, () => statuses.FindAsync(call, path.Identifier)),
            AlertPathKind.SavedSearches => searches.AnswerAsync(call, path.Identifier),
            AlertPathKind.Doubled => new(ApiAnswer.NotFound(
                "The path holds /v2/alerts twice: the client appends it itself, so set its API URL to " +
                $"{call.Http.Request.Scheme}://{call.Http.Request.Host} without /v2/alerts.")),
            AlertPathKind.Alert when path.OtherReading is { } other => EitherAsync(call, path, other),
            AlertPathKind.Alert => OneAsync(call, path),
            AlertPathKind.Collection => new(ApiAnswer.MethodNotAllowed(call.Method, "GET", "POST")),
            _ => new(ApiAnswer.MethodNotAllowed(call.Method, "GET")),
        };
    }

    public static ValueTask<ApiAnswer> WithRight(ApiCall call, KeyRights right, Func<ValueTask<ApiAnswer>> answer) =>
        call.Key.May(right) ? answer() : new(ApiAnswer.Forbidden(
            $"The {call.Key.Type.ToString().ToLowerInvariant()} key '{call.Key.Name}' has no right to do this; " +
            $"needed: {right}."));

    /// <summary>
    /// Only a POST can be a custom action. It is one, unless there is no such alert and there is one of the longer
    /// name.
    /// </summary>
    private async ValueTask<ApiAnswer> EitherAsync(ApiCall call, AlertPath custom, AlertPath builtIn)
    {
        if (!call.Is("POST"))
        {
            return await OneAsync(call, builtIn);
        }

        var meansTheLonger = call.Query["identifierType"].Equals("alias", StringComparison.OrdinalIgnoreCase) &&
            await lookup.FindAsync(custom.Identifier, "alias", call.Aborted) is null &&
            await lookup.FindAsync(builtIn.Identifier, "alias", call.Aborted) is not null;
        return await OneAsync(call, meansTheLonger ? builtIn : custom);
    }

    private static IEnumerable<string> MethodsOf(AlertPath path) =>
        path.Action is "" or "notes" or "logs" or "recipients"
            ? ["GET", .. AlertActions.MethodsOf(path.Action)]
            : AlertActions.MethodsOf(path.Action);

    private ValueTask<ApiAnswer> OneAsync(ApiCall call, AlertPath path)
    {
        if (Texts.Length(path.Identifier) > Limits.Alias)
        {
            return new(ApiAnswer.Invalid("identifier", $"An identifier has at most {Limits.Alias} characters."));
        }

        return (call.Is("GET"), path.Action) switch
        {
            (true, "") => WithRight(call, KeyRights.Read, () => reads.GetAsync(call, path)),
            (true, "notes") => WithRight(call, KeyRights.Read, () => reads.NotesAsync(call, path)),
            (true, "logs") => WithRight(call, KeyRights.Read, () => reads.LogsAsync(call, path)),
            (true, "recipients") => WithRight(call, KeyRights.Read, () => reads.RecipientsAsync(call, path)),
            (true, "attachments") when path.Argument.Length == 0 =>
                WithRight(call, KeyRights.Read, () => reads.AttachmentsAsync(call, path)),
            (_, "attachments") => new(ApiAnswer.NotSupported("Attachments are not supported.")),
            _ => AlertActions.Find(call.Method, path.Action) is { } action
                ? WithRight(call, action.Right, () => writes.WriteAsync(call, path, action))
                : new(ApiAnswer.MethodNotAllowed(call.Method, MethodsOf(path))),
        };
    }
}
