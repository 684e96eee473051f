using System.Text.Json;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// Makes, changes and deletes users, teams, escalations and keys; in force everywhere when it is answered.
/// </summary>
internal sealed class ResourceWrites(IGrains grains, FreshIds ids)
{
    private const int Attempts = 5;

    public string NewId() => ids.Next("resource").ToString();

    /// <param name="more">What the answer says beside id and name.</param>
    public async ValueTask<ApiAnswer> CreateAsync(ApiCall call, Resource resource, Action<Utf8JsonWriter>? more = null)
    {
        var answer = await grains.SendAsync(
            GrainOf(resource.Id), new ResourceCommand.Create(resource), CommandClass.Person);
        return await DoneAsync(call, answer, 409, 201, "Created", (resource.Id, resource.Name), more);
    }

    /// <summary>
    /// Changes what is there when it is changed: what somebody else did meanwhile is not written over.
    /// </summary>
    /// <param name="about">
    /// The part that the answer names, none when it is null: one that is gone. The whole when it is not given.
    /// </param>
    public async ValueTask<ApiAnswer> ChangeAsync(
        ApiCall call,
        string id,
        Func<Resource, (Resource? Changed, ApiAnswer? Refusal)> change,
        string result,
        int status = 200,
        Func<Resource, (string Id, string Name)?>? about = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await grains.ReadAsync(GrainOf(id)) is not ResourceState { Deleted: false } state)
            {
                return ApiAnswer.NotFound($"There is nothing with the id '{id}' any more.");
            }

            var (changed, refusal) = change(state.Resource);
            if (changed is null)
            {
                return refusal!;
            }

            var answer = await grains.SendAsync(
                GrainOf(id), new ResourceCommand.Update(changed, state.Revision), CommandClass.Person);
            if (attempt == Attempts ||
                answer is not { Outcome: Outcome.Refused, Reason: ResourceGrain.ChangedMeanwhile })
            {
                return await DoneAsync(
                    call, answer, 409, status, result,
                    about is null ? (changed.Id, changed.Name) : about(changed));
            }
        }
    }

    public async ValueTask<ApiAnswer> DeleteAsync(ApiCall call, string id)
    {
        var answer = await grains.SendAsync(GrainOf(id), new ResourceCommand.Delete(), CommandClass.Person);

        // Opsgenie's word for what others still refer to; Terraform tries again.
        return await DoneAsync(call, answer, 428, 200, "Deleted", null);
    }

    private async ValueTask<ApiAnswer> DoneAsync(
        ApiCall call, Answer answer, int refused, int status, string result, (string Id, string Name)? about,
        Action<Utf8JsonWriter>? more = null)
    {
        switch (answer.Outcome)
        {
            case Outcome.Refused:
                return new ApiAnswer(answer.Reason.StartsWith(Circle.Refusal, StringComparison.Ordinal) ? 422 : refused) { Message = answer.Reason + "." };
            case Outcome.Poison:
                return new ApiAnswer(500) { Message = answer.Reason };
        }

        await grains.PolicyInForceAsync(call.Aborted);
        return new ApiAnswer(status)
        {
            Result = result,
            RequestId = answer.Position.ToRequestId(),
            Data = about is not var (id, name) ? null : json =>
            {
                json.WriteStartObject();
                json.WriteString("id", id);
                json.WriteString("name", name);
                more?.Invoke(json);
                json.WriteEndObject();
            },
        };
    }

    private static GrainId GrainOf(string id) => new(GrainKind.Resource, id);
}
