using System.Text.Json;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Schedules;

namespace Correlation.Gateway.Opsgenie.Schedules;

/// <summary>Schedules made here. What comes from a file is changed there.</summary>
internal sealed class ScheduleWrites(IGrains grains, ScheduleLookup lookup, FreshIds ids)
{
    private const int Attempts = 5;

    public async ValueTask<ApiAnswer> CreateAsync(ApiCall call)
    {
        var (body, refusal) = await ReadAsync(call);
        if (refusal is not null)
        {
            return refusal;
        }

        var schedule = OfTeam(call, ScheduleBody.Create(body!.Root, grains.Policy, NewId(), NewId));
        if (body.Errors.Any)
        {
            return ApiAnswer.Invalid(body.Errors);
        }

        var answer = await grains.SendAsync(
            GrainOf(schedule.Id), new ScheduleCommand.Create(schedule), CommandClass.Person);
        return await DoneAsync(call, answer, 201, "Created", schedule);
    }

    public async ValueTask<ApiAnswer> UpdateAsync(ApiCall call, string identifier)
    {
        var (body, refusal) = await ReadAsync(call);
        return refusal ?? await ChangeAsync(call, identifier, schedule =>
        {
            var changed = OfTeam(call, ScheduleBody.Change(body!.Root, schedule, grains.Policy, NewId));
            return body.Errors.Any ? (null, ApiAnswer.Invalid(body.Errors)) : (changed, null);
        }, "Updated");
    }

    public async ValueTask<ApiAnswer> DeleteAsync(ApiCall call, string identifier)
    {
        var (found, refusal) = lookup.FindOurs(call, identifier);
        if (refusal is not null)
        {
            return refusal;
        }

        var answer = await grains.SendAsync(GrainOf(found!.Id), new ScheduleCommand.Delete(), CommandClass.Person);

        // Opsgenie's word for what others still refer to; Terraform tries again.
        return answer.Outcome == Outcome.Refused
            ? new ApiAnswer(428) { Message = answer.Reason }
            : await DoneAsync(call, answer, 200, "Deleted", null);
    }

    /// <summary>
    /// Changes what is there when it is changed: what somebody else did meanwhile is not written over.
    /// </summary>
    /// <param name="about">
    /// The part that the answer names, none when it is null: one that is gone. The whole when it is not given.
    /// </param>
    public async ValueTask<ApiAnswer> ChangeAsync(
        ApiCall call,
        string identifier,
        Func<Schedule, (Schedule? Changed, ApiAnswer? Refusal)> change,
        string result,
        int status = 200,
        Func<Schedule, (string Id, string Name)?>? about = null,
        int refused = 409)
    {
        var (found, refusal) = lookup.FindOurs(call, identifier);
        for (var attempt = 1; refusal is null; attempt++)
        {
            if (await grains.ReadAsync(GrainOf(found!.Id)) is not ScheduleState { Deleted: false } state)
            {
                return ApiAnswer.NotFound($"There is no schedule '{found.Name}'.");
            }

            (var changed, refusal) = change(state.Schedule);
            if (changed is null)
            {
                continue;
            }

            var update = new ScheduleCommand.Update(changed, state.Revision);
            var answer = await grains.SendAsync(GrainOf(found.Id), update, CommandClass.Person);
            if (attempt == Attempts ||
                answer is not { Outcome: Outcome.Refused, Reason: ScheduleGrain.ChangedMeanwhile })
            {
                return await DoneAsync(call, answer, status, result, changed, about, refused);
            }
        }

        return refusal;
    }

    public static ValueTask<(DocumentBody? Value, ApiAnswer? Refusal)> ReadAsync(ApiCall call) =>
        RequestBody.ReadAsync(call.Http, (in sequence) =>
        {
            var parsed = new DocumentBody();
            parsed.Read(sequence);
            return parsed;
        });

    private async ValueTask<ApiAnswer> DoneAsync(
        ApiCall call, Answer answer, int status, string result, Schedule? schedule,
        Func<Schedule, (string Id, string Name)?>? about = null, int refused = 409)
    {
        switch (answer.Outcome)
        {
            case Outcome.Refused:
                return new ApiAnswer(answer.Reason.StartsWith(Circle.Refusal, StringComparison.Ordinal) ? 422 : refused) { Message = answer.Reason };
            case Outcome.Poison:
                return new ApiAnswer(500) { Message = answer.Reason };
        }

        await grains.PolicyInForceAsync(call.Aborted);
        return new ApiAnswer(status)
        {
            Result = result,
            RequestId = answer.Position.ToRequestId(),
            Data = schedule is null ? null
                : about is null ? json => ScheduleJson.WriteBrief(json, schedule)
                : about(schedule) is var (id, name) ? json => WritePart(json, id, name)
                : null,
        };
    }

    private static void WritePart(Utf8JsonWriter json, string id, string name)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("name", name);
        json.WriteEndObject();
    }

    private static Schedule OfTeam(ApiCall call, Schedule schedule) =>
        call.Key.Team is { } team ? schedule with { Team = team } : schedule;

    private string NewId() => ids.Next("schedule").ToString();

    private static GrainId GrainOf(string id) => new(GrainKind.Schedule, id);
}
