using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Overrides;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Schedules;

/// <summary>
/// Overrides by their alias, of schedules of files as well. A swap is listed as its two shifts under one alias.
/// </summary>
internal sealed class OverrideApi(IGrains grains, ScheduleLookup lookup, FreshIds ids, TimeProvider time)
{
    public ApiAnswer Get(ApiCall call, string identifier, string alias)
    {
        var (schedule, refusal) = lookup.Find(call, identifier);
        if (refusal is not null)
        {
            return refusal;
        }

        var policy = grains.Policy;
        if (alias.Length > 0)
        {
            return Find(schedule!, alias) is { } found
                ? ApiAnswer.Ok(
                    json => ScheduleJson.Write(json, policy, schedule!, found, found.Shifts[0], withParent: true))
                : Unknown(schedule!, alias);
        }

        return ApiAnswer.Ok(json =>
        {
            json.WriteStartArray();
            foreach (var made in policy.Overrides.Where(made => made.ScheduleId == schedule!.Id && !made.TakenBack))
            {
                foreach (var shift in made.Shifts)
                {
                    ScheduleJson.Write(json, policy, schedule!, made, shift, withParent: false);
                }
            }

            json.WriteEndArray();
        });
    }

    public async ValueTask<ApiAnswer> CreateAsync(ApiCall call, string identifier)
    {
        var (body, refusal) = await ScheduleWrites.ReadAsync(call);
        if (refusal is not null)
        {
            return refusal;
        }

        var alias = body!.Root.Text("alias") ?? ids.Next("override").ToString();
        if (Texts.Length(alias) > Limits.Alias)
        {
            return ApiAnswer.Invalid("alias", $"alias has at most {Limits.Alias} characters.");
        }

        return grains.Policy.Overrides.Any(made => made.Id == alias && !made.TakenBack)
            ? new ApiAnswer(409) { Message = $"There is an override with alias '{alias}' already." }
            : await SetAsync(call, identifier, body, alias, "Created", 201);
    }

    public async ValueTask<ApiAnswer> UpdateAsync(ApiCall call, string identifier, string alias)
    {
        var (body, refusal) = await ScheduleWrites.ReadAsync(call);
        if (refusal is not null)
        {
            return refusal;
        }

        var (schedule, unseen) = lookup.Find(call, identifier);
        return unseen is not null ? unseen
            : Find(schedule!, alias) is not { } found ? Unknown(schedule!, alias)
            : found.Shifts.Count > 1 ? new ApiAnswer(409) { Message = $"'{alias}' is a swap: delete it and make another." }
            : await SetAsync(call, identifier, body!, alias, "Updated", 200);
    }

    public async ValueTask<ApiAnswer> DeleteAsync(ApiCall call, string identifier, string alias)
    {
        var (schedule, refusal) = lookup.Find(call, identifier);
        return refusal is not null ? refusal
            : Find(schedule!, alias) is null ? Unknown(schedule!, alias)
            : await SendAsync(call, alias, new OverrideCommand.TakeBack(call.Key.Name), "Deleted", 200);
    }

    private async ValueTask<ApiAnswer> SetAsync(
        ApiCall call, string identifier, DocumentBody body, string alias, string result, int status)
    {
        var (schedule, refusal) = lookup.Find(call, identifier);
        if (refusal is not null)
        {
            return refusal;
        }

        var shift = Read(body.Root, schedule!);
        if (body.Errors.Any)
        {
            return ApiAnswer.Invalid(body.Errors);
        }

        var made = new Override(alias, schedule!.Id, [shift], time.GetUtcNow(), call.Key.Name, "");
        return await SendAsync(call, alias, new OverrideCommand.Set(made), result, status);
    }

    private OverrideShift Read(BodyObject body, Schedule schedule)
    {
        foreach (var field in (string[])["user", "startDate", "endDate"])
        {
            if (!body.Has(field))
            {
                body.Errors.Add(field, $"{field} can not be empty.");
            }
        }

        var who = body.Object("user") is { } user ? RecipientReader.Read(user, "user", grains.Policy) : null;
        return new OverrideShift(
            body.Time("startDate") ?? default, body.Time("endDate") ?? default, who ?? Participant.Nobody)
        {
            Rotations = (body.Objects("rotations") ?? [])
                .Select(rotation => Rotation(rotation, schedule))
                .ToValueList(),
        };
    }

    private static string Rotation(BodyObject rotation, Schedule schedule)
    {
        var named = rotation.Text("id") ?? rotation.Text("name") ?? "";
        if (schedule.FindRotation(named) is { } found)
        {
            return found.Key;
        }

        rotation.Errors.Add(
            "rotations", $"The schedule '{schedule.Name}' has no rotation '{Texts.Cut(named, Limits.Alias)}'.");
        return "";
    }

    private async ValueTask<ApiAnswer> SendAsync(
        ApiCall call, string alias, OverrideCommand command, string result, int status)
    {
        var answer = await grains.SendAsync(new GrainId(GrainKind.Override, alias), command, CommandClass.Person);
        switch (answer.Outcome)
        {
            case Outcome.Refused:
                return new ApiAnswer(422) { Message = answer.Reason };
            case Outcome.Poison:
                return new ApiAnswer(500) { Message = answer.Reason };
        }

        await grains.PolicyInForceAsync(call.Aborted);
        return new ApiAnswer(status)
        {
            Result = result,
            RequestId = answer.Position.ToRequestId(),
            Data = command is not OverrideCommand.Set ? null : json =>
            {
                json.WriteStartObject();
                json.WriteString("alias", alias);
                json.WriteEndObject();
            },
        };
    }

    private Override? Find(Schedule schedule, string alias) => grains.Policy.Overrides.FirstOrDefault(
        made => made.Id == alias && made.ScheduleId == schedule.Id && !made.TakenBack);

    private static ApiAnswer Unknown(Schedule schedule, string alias) =>
        ApiAnswer.NotFound($"The schedule '{schedule.Name}' has no override '{alias}'.");
}
