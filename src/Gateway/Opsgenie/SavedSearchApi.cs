using System.Text.Json;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.SavedSearches;

namespace Correlation.Gateway.Opsgenie;

/// <summary>Everything under /v2/alerts/saved-searches.</summary>
internal sealed class SavedSearchApi(IGrains grains, SavedSearches searches, FreshIds ids)
{
    public ValueTask<ApiAnswer> AnswerAsync(ApiCall call, string identifier)
    {
        if (identifier.Length > Limits.Alias)
        {
            return new(ApiAnswer.Invalid("identifier", $"An identifier has at most {Limits.Alias} characters."));
        }

        return (call.Method.ToUpperInvariant(), identifier) switch
        {
            ("GET", "") => AlertApi.WithRight(call, KeyRights.Read, () => ListAsync(call)),
            ("POST", "") => AlertApi.WithRight(call, KeyRights.CreateAndUpdate, () => CreateAsync(call)),
            ("GET", _) => AlertApi.WithRight(call, KeyRights.Read, () => WithFoundAsync(call, identifier, found =>
                new(ApiAnswer.Ok(json => Write(json, found))))),
            ("PATCH", not "") =>
                AlertApi.WithRight(call, KeyRights.CreateAndUpdate, () => UpdateAsync(call, identifier)),
            ("DELETE", not "") =>
                AlertApi.WithRight(call, KeyRights.Delete, () => WithFoundAsync(call, identifier, async found =>
                Done(await TellAsync(found.Id, new SavedSearchCommand.Delete()), 200, "Deleted"))),
            _ => new(ApiAnswer.MethodNotAllowed(
                call.Method, identifier.Length == 0 ? ["GET", "POST"] : ["GET", "PATCH", "DELETE"])),
        };
    }

    private async ValueTask<ApiAnswer> ListAsync(ApiCall call)
    {
        var all = await searches.ListAsync(call.Aborted);
        return ApiAnswer.Ok(json =>
        {
            json.WriteStartArray();
            foreach (var search in all)
            {
                WriteBrief(json, search);
            }

            json.WriteEndArray();
        });
    }

    private async ValueTask<ApiAnswer> CreateAsync(ApiCall call)
    {
        var (body, refusal) = await ReadAsync(call);
        if (refusal is not null)
        {
            return refusal;
        }

        if (body!.Create() is not { } text)
        {
            return ApiAnswer.Invalid(body.Errors);
        }

        if (await searches.FindAsync(text.Name, "name", call.Aborted) is not null)
        {
            return Taken(text.Name);
        }

        var id = ids.Next("saved search").ToString();
        return Done(await TellAsync(id, new SavedSearchCommand.Create(id, text)), 201, "Created");
    }

    private async ValueTask<ApiAnswer> UpdateAsync(ApiCall call, string identifier)
    {
        var (body, refusal) = await ReadAsync(call);
        return refusal ?? await WithFoundAsync(call, identifier, async found =>
        {
            if (body!.Change(found.Text) is not { } text)
            {
                return ApiAnswer.Invalid(body.Errors);
            }

            return await searches.FindAsync(text.Name, "name", call.Aborted) is { } other && other.Id != found.Id
                ? Taken(text.Name)
                : Done(await TellAsync(found.Id, new SavedSearchCommand.Update(text)), 200, "Updated");
        });
    }

    private async ValueTask<ApiAnswer> WithFoundAsync(
        ApiCall call, string identifier, Func<SavedSearchState, ValueTask<ApiAnswer>> answer)
    {
        var errors = new FieldErrors();
        var type = call.Query.Choice("identifierType", errors, "id", "name");
        return errors.Any ? ApiAnswer.Invalid(errors)
            : await searches.FindAsync(identifier, type, call.Aborted) is { } found ? await answer(found)
            : ApiAnswer.NotFound($"There is no saved search with {type} '{identifier}'.");
    }

    private ValueTask<Answer> TellAsync(string id, SavedSearchCommand command) =>
        grains.SendAsync(SavedSearches.GrainOf(id), command, CommandClass.Person);

    private ValueTask<(SavedSearchBody? Value, ApiAnswer? Refusal)> ReadAsync(ApiCall call) =>
        RequestBody.ReadAsync(call.Http, (in sequence) =>
        {
            var parsed = new SavedSearchBody(grains.Policy);
            parsed.Read(sequence);
            return parsed;
        });

    private static ApiAnswer Done(Answer answer, int status, string result) => answer.Outcome switch
    {
        Outcome.Refused => ApiAnswer.NotFound(answer.Reason),
        Outcome.Poison => new ApiAnswer(500) { Message = answer.Reason },
        _ => new ApiAnswer(status)
        {
            Result = result,
            RequestId = answer.Position.ToRequestId(),
            Data = answer.State is SavedSearchState { Deleted: false } state ? json => WriteBrief(json, state) : null,
        },
    };

    private static ApiAnswer Taken(string name) =>
        new(409) { Message = $"There is already a saved search with name '{name}'." };

    private static void WriteBrief(Utf8JsonWriter json, SavedSearchState search)
    {
        json.WriteStartObject();
        json.WriteString("id", search.Id);
        json.WriteString("name", search.Text.Name);
        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, SavedSearchState search)
    {
        var policy = grains.Policy;
        json.WriteStartObject();
        json.WriteString("id", search.Id);
        json.WriteString("name", search.Text.Name);
        AlertJson.WriteTime(json, "createdAt", search.CreatedAt);
        AlertJson.WriteTime(json, "updatedAt", search.UpdatedAt);
        json.WriteStartObject("owner");
        json.WriteString("id", People.IdOf(policy, "user", search.Text.Owner));
        json.WriteEndObject();
        json.WriteStartArray("teams");
        foreach (var team in search.Text.Teams)
        {
            json.WriteStartObject();
            json.WriteString("id", People.IdOf(policy, "team", team));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("description", search.Text.Description);
        json.WriteString("query", search.Text.Query);
        json.WriteEndObject();
    }
}
