using System.Text.Json;
using Correlation.Gateway.Opsgenie.Schedules;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>What every resource answers: list, one, what belongs to one; made, changed and deleted.</summary>
internal abstract class ResourceApi<T>(ResourceSet<T> things, ResourceWrites writes)
    where T : class
{
    protected ResourceSet<T> Things => things;

    protected ResourceWrites Writes => writes;

    protected PolicyVersion Policy => things.Grains.Policy;

    protected virtual bool NamesAreUnique => true;

    /// <summary>Of users and policies the answer to a change has no data, else the Go SDK does not find its result.</summary>
    protected virtual bool ChangesAreNamed => true;

    public virtual ValueTask<ApiAnswer> AnswerAsync(ApiCall call, string[] path)
    {
        return (call.Method.ToUpperInvariant(), path) switch
        {
            _ when path.Any(segment => segment.Length > Limits.Alias) =>
                new(ApiAnswer.Invalid("identifier", $"An identifier has at most {Limits.Alias} characters.")),
            ("GET", []) => AlertApi.WithRight(call, KeyRights.Read, () => new(List(call))),
            ("GET", [var one, .. var rest]) =>
                AlertApi.WithRight(call, KeyRights.Read, () => new(Get(call, one, rest))),
            ("POST", []) => Write(() => CreateAsync(call)),
            ("PATCH" or "PUT", [var one]) => Write(() => UpdateAsync(call, one)),
            ("DELETE", [var one]) => Write(() => WithMade(call, one, found => DeleteAsync(call, found))),
            ("POST" or "PATCH" or "PUT" or "DELETE", [var one, .. var rest]) =>
                Write(() => WithMade(call, one, found => WritePartAsync(call, found, rest))),
            _ => new(ApiAnswer.MethodNotAllowed(
                call.Method, path.Length == 0 ? ["GET", "POST"] : ["GET", "PATCH", "PUT", "DELETE"])),
        };

        ValueTask<ApiAnswer> Write(Func<ValueTask<ApiAnswer>> answer) => AlertApi.WithRight(
            call, KeyRights.Configure, answer);
    }

    protected virtual ApiAnswer List(ApiCall call) =>
        Lists.Of(things.Seen(call), (json, one) => Write(json, call, one, whole: false));

    /// <summary>In whole, or as in a list.</summary>
    protected abstract void Write(Utf8JsonWriter json, ApiCall call, T thing, bool whole);

    /// <summary>One with the fields of the body, new or changed; what is wrong with them is noted in it.</summary>
    /// <param name="before">Null for a new one.</param>
    protected abstract Resource Read(ApiCall call, BodyObject body, T? before);

    /// <summary>As a resource, unchanged.</summary>
    protected abstract T Of(Resource resource);

    /// <summary>What belongs to one, by the rest of the path; null when there is no such part.</summary>
    protected virtual ApiAnswer? Part(ApiCall call, T thing, string[] path) => null;

    protected virtual ValueTask<ApiAnswer> WritePartAsync(ApiCall call, T thing, string[] path) => new(NoPart(call));

    protected virtual ValueTask<ApiAnswer> CreatedAsync(ApiCall call, Resource resource) =>
        writes.CreateAsync(call, resource);

    protected virtual ValueTask<ApiAnswer> DeleteAsync(ApiCall call, T thing) =>
        writes.DeleteAsync(call, things.IdOf(thing));

    /// <summary>After one was changed as a whole.</summary>
    protected virtual ValueTask UpdatedAsync(ApiCall call, T before) => ValueTask.CompletedTask;

    protected static ApiAnswer NoPart(ApiCall call) =>
        ApiAnswer.NotFound($"No such path: /{call.Path.Version}/{call.Path.Resource}/{call.Path.Rest}");

    private ApiAnswer Get(ApiCall call, string identifier, string[] rest)
    {
        var (found, refusal) = things.Find(call, identifier);
        return refusal
            ?? (rest.Length == 0 ? ApiAnswer.Ok(json => Write(json, call, found!, whole: true)) : Part(call, found!, rest) ?? NoPart(call));
    }

    private async ValueTask<ApiAnswer> CreateAsync(ApiCall call)
    {
        var (body, refusal) = await ScheduleWrites.ReadAsync(call);
        if (refusal is not null)
        {
            return refusal;
        }

        if (NamesAreUnique && body!.Root.Text(things.NameType) is { } name && things.RefuseName(name) is { } taken)
        {
            return taken;
        }

        var made = Read(call, body!.Root, null);
        return body.Errors.Any ? ApiAnswer.Invalid(body.Errors) : await CreatedAsync(call, made);
    }

    private async ValueTask<ApiAnswer> UpdateAsync(ApiCall call, string identifier)
    {
        var (body, refusal) = await ScheduleWrites.ReadAsync(call);
        return refusal ?? await WithMade(call, identifier, async found =>
        {
            var answer = await writes.ChangeAsync(
                call, things.IdOf(found), Changed, "Updated", about: ChangesAreNamed ? null : _ => null);
            if (answer.Status == 200)
            {
                await UpdatedAsync(call, found);
            }

            return answer;
        });

        (Resource? Changed, ApiAnswer? Refusal) Changed(Resource before)
        {
            if (!things.Sees(call, Of(before)))
            {
                return (null, ApiAnswer.OtherTeam(call.Key, $"the {things.Word} '{before.Name}'"));
            }

            var changed = Read(call, body!.Root, Of(before));
            return body.Errors.Any ? (null, ApiAnswer.Invalid(body.Errors)) : (changed, null);
        }
    }

    private async ValueTask<ApiAnswer> WithMade(ApiCall call, string identifier, Func<T, ValueTask<ApiAnswer>> answer)
    {
        var (found, refusal) = things.FindMade(call, identifier);
        return refusal ?? await answer(found!);
    }
}
