using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Schedules;

/// <summary>Each rotation is a change of its schedule.</summary>
internal sealed class RotationWrites(IGrains grains, ScheduleWrites schedules, FreshIds ids)
{
    public async ValueTask<ApiAnswer> CreateAsync(ApiCall call, string schedule)
    {
        var (body, refusal) = await ScheduleWrites.ReadAsync(call);
        var id = ids.Next("rotation").ToString();
        return refusal ?? await ChangeAsync(call, schedule, body!, id, "Created", 201, before =>
        {
            var made = RotationBody.Create(body!.Root, before, grains.Policy, id);
            return before with { Rotations = before.Rotations.Add(made) };
        });
    }

    public async ValueTask<ApiAnswer> UpdateAsync(ApiCall call, string schedule, string rotation)
    {
        var (body, refusal) = await ScheduleWrites.ReadAsync(call);
        return refusal ?? await ChangeAsync(call, schedule, body!, rotation, "Updated", 200, before =>
            before.FindRotation(rotation) is { } found
                ? Replaced(before, found, RotationBody.Change(body!.Root, found, before, grains.Policy))
                : null);
    }

    public ValueTask<ApiAnswer> DeleteAsync(ApiCall call, string schedule, string rotation) => schedules.ChangeAsync(
        call,
        schedule,
        before => before.FindRotation(rotation) is { } found
            ? (Replaced(before, found, null), null)
            : (null, ScheduleReads.NoRotation(before, rotation)),
        "Deleted",
        about: _ => null,
        refused: 428);

    private ValueTask<ApiAnswer> ChangeAsync(
        ApiCall call, string schedule, DocumentBody body, string rotation, string result, int status,
        Func<Schedule, Schedule?> change) =>
        schedules.ChangeAsync(
            call,
            schedule,
            before => change(before) is not { } changed ? (null, ScheduleReads.NoRotation(before, rotation))
                : body.Errors.Any ? (null, ApiAnswer.Invalid(body.Errors))
                : (changed, null),
            result,
            status,
            changed => changed.FindRotation(rotation) is { } found ? (found.Key, found.Name) : (rotation, rotation));

    private static Schedule Replaced(Schedule schedule, Rotation found, Rotation? by) => schedule with
    {
        Rotations = schedule.Rotations
            .Select(rotation => ReferenceEquals(rotation, found) ? by : rotation)
            .OfType<Rotation>()
            .ToValueList(),
    };
}
