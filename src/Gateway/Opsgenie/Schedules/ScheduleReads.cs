using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Schedules;

/// <summary>Schedules and who is on call by them, all from the policy in force.</summary>
internal sealed class ScheduleReads(IGrains grains, ScheduleLookup lookup, TimeProvider time)
{
    public ApiAnswer List(ApiCall call)
    {
        var (policy, seen) = (grains.Policy, lookup.Seen(call).ToList());
        var expands = call.Query.List("expand").Contains("rotation", StringComparer.OrdinalIgnoreCase);
        return ApiAnswer.Ok(json =>
        {
            json.WriteStartArray();
            seen.ForEach(schedule => ScheduleJson.Write(json, policy, schedule, expands));
            json.WriteEndArray();
        }) with
        { Expandable = ["rotation"] };
    }

    public ApiAnswer Get(ApiCall call, string identifier)
    {
        var (found, refusal) = lookup.Find(call, identifier);
        return refusal ?? ApiAnswer.Ok(json => ScheduleJson.Write(json, grains.Policy, found!, withRotations: true)) with
        {
            Expandable = ["rotation"],
        };
    }

    public ApiAnswer Rotations(ApiCall call, string identifier, string rotation)
    {
        var (found, refusal) = lookup.Find(call, identifier);
        if (refusal is not null)
        {
            return refusal;
        }

        if (rotation.Length > 0)
        {
            return found!.FindRotation(rotation) is { } one
                ? ApiAnswer.Ok(json => ScheduleJson.Write(json, grains.Policy, found, one, withParent: true))
                : NoRotation(found, rotation);
        }

        return ApiAnswer.Ok(json =>
        {
            json.WriteStartArray();
            foreach (var one in found!.Rotations)
            {
                ScheduleJson.Write(json, grains.Policy, found, one, withParent: false);
            }

            json.WriteEndArray();
        });
    }

    /// <summary>By every schedule that the key sees.</summary>
    public ApiAnswer OnCalls(ApiCall call) => WithDate(call, (at, flat) =>
    {
        var (policy, seen) = (grains.Policy, lookup.Seen(call).ToList());
        return ApiAnswer.Ok(json =>
        {
            json.WriteStartArray();
            seen.ForEach(schedule => OnCallJson.Write(json, policy, schedule, at, flat));
            json.WriteEndArray();
        });
    });

    public ApiAnswer OnCall(ApiCall call, string identifier) => WithDate(call, (at, flat) =>
    {
        var (found, refusal) = lookup.Find(call, identifier);
        return refusal ?? ApiAnswer.Ok(json => OnCallJson.Write(json, grains.Policy, found!, at, flat));
    });

    public ApiAnswer NextOnCall(ApiCall call, string identifier) => WithDate(call, (at, flat) =>
    {
        var (found, refusal) = lookup.Find(call, identifier);
        return refusal ?? ApiAnswer.Ok(json => OnCallJson.WriteNext(json, grains.Policy, found!, at, flat));
    });

    public ApiAnswer Timeline(ApiCall call, string identifier) => WithDate(call, (at, _) =>
    {
        var (found, refusal) = lookup.Find(call, identifier);
        if (refusal is not null)
        {
            return refusal;
        }

        var errors = new FieldErrors();
        var unit = call.Query.Choice("intervalUnit", errors, "weeks", "days", "months");
        var interval = call.Query.Number("interval", 1, 1, int.MaxValue, errors);
        var most = unit switch { "days" => 366, "weeks" => 52, _ => 12 };
        if (interval > most)
        {
            errors.Add("interval", $"interval must be at most {most} {unit}.");
        }

        if (errors.Any)
        {
            return ApiAnswer.Invalid(errors);
        }

        var end = unit switch { "days" => at.AddDays(interval), "weeks" => at.AddDays(7 * interval), _ => at.AddMonths(interval) };
        var timeline = new TimelineJson(grains.Policy, found!, at, end, time.GetUtcNow());
        return ApiAnswer.Ok(json => timeline.Write(json, [.. call.Query.List("expand")])) with
        {
            Expandable = ["base", "forwarding", "override"],
        };
    });

    public static ApiAnswer NoRotation(Schedule schedule, string rotation) =>
        ApiAnswer.NotFound($"The schedule '{schedule.Name}' has no rotation '{Texts.Cut(rotation, Limits.Alias)}'.");

    private ApiAnswer WithDate(ApiCall call, Func<DateTimeOffset, bool, ApiAnswer> answer)
    {
        var errors = new FieldErrors();
        var flat = call.Query.Choice("flat", errors, "false", "true") == "true";
        var at = time.GetUtcNow();

        if (call.Query["date"] is { Length: > 0 } text && !IsoTime.TryReadOfAddress(text, out at))
        {
            errors.Add("date", "date must be a time such as 2026-05-04T10:00:00Z between 1970 and 2200.");
        }

        return errors.Any ? ApiAnswer.Invalid(errors) : answer(at, flat);
    }
}
