using System.Text.Json;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>What every resource out of files answers: list, one, what belongs to one, and that it is changed in its file.</summary>
/// <param name="write">Writes one, in whole or as in a list.</param>
/// <param name="part">What belongs to one, by the rest of the path; null when there is no such part.</param>
internal sealed class FileOwnedApi<T>(
    FileOwned<T> things, Action<Utf8JsonWriter, ApiCall, T, bool> write, Func<ApiCall, T, string[], ApiAnswer?> part)
    where T : class
{
    public ValueTask<ApiAnswer> AnswerAsync(ApiCall call, string[] path) => (call.Method.ToUpperInvariant(), path) switch
    {
        _ when path.Any(segment => segment.Length > Limits.Alias) =>
            new(ApiAnswer.Invalid("identifier", $"An identifier has at most {Limits.Alias} characters.")),
        ("GET", []) => Read(call, () => List(call)),
        ("GET", [var one]) => Read(call, () => Get(call, one)),
        ("GET", [var one, .. var rest]) => Read(call, () => Part(call, one, rest)),
        ("POST", []) => AlertApi.WithRight(call, KeyRights.Configure, () => things.RefuseCreateAsync(call)),
        ("POST" or "PATCH" or "PUT" or "DELETE", [var one, ..]) =>
            AlertApi.WithRight(call, KeyRights.Configure, () => new(things.RefuseChange(call, one))),
        _ => new(ApiAnswer.MethodNotAllowed(call.Method)),
    };

    private ApiAnswer List(ApiCall call)
    {
        var seen = things.Seen(call).ToList();
        return ApiAnswer.Ok(json =>
        {
            json.WriteStartArray();
            seen.ForEach(one => write(json, call, one, false));
            json.WriteEndArray();
        });
    }

    private ApiAnswer Get(ApiCall call, string identifier)
    {
        var (found, refusal) = things.Find(call, identifier);
        return refusal ?? ApiAnswer.Ok(json => write(json, call, found!, true));
    }

    private ApiAnswer Part(ApiCall call, string identifier, string[] rest)
    {
        var (found, refusal) = things.Find(call, identifier);
        return refusal ?? part(call, found!, rest)
            ?? ApiAnswer.NotFound($"No such path: /{call.Path.Version}/{call.Path.Resource}/{call.Path.Rest}");
    }

    private static ValueTask<ApiAnswer> Read(ApiCall call, Func<ApiAnswer> answer) =>
        AlertApi.WithRight(call, KeyRights.Read, () => new(answer()));
}
