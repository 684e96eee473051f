using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Schedules;

/// <summary>Everything under /v2/schedules.</summary>
internal sealed class ScheduleApi
{
    private readonly ScheduleReads _reads;
    private readonly ScheduleWrites _writes;
    private readonly RotationWrites _rotations;
    private readonly OverrideApi _overrides;

    public ScheduleApi(IGrains grains, FreshIds ids, TimeProvider time)
    {
        var lookup = new ScheduleLookup(grains);
        _reads = new ScheduleReads(grains, lookup, time);
        _writes = new ScheduleWrites(grains, lookup, ids);
        _rotations = new RotationWrites(grains, _writes, ids);
        _overrides = new OverrideApi(grains, lookup, ids, time);
    }

    private static string[] MethodsOf(SchedulePath path) => path switch
    {
        { Schedule: "", Part: "" } or { Part: "rotations" or "overrides", Item: "" } => ["GET", "POST"],
        { Part: "overrides" } => ["GET", "PUT", "DELETE"],
        { Part: "" or "rotations" } => ["GET", "PATCH", "DELETE"],
        _ => ["GET"],
    };

    public ValueTask<ApiAnswer> AnswerAsync(ApiCall call)
    {
        if (SchedulePath.Of(call.Path.Rest) is not { } path)
        {
            return new(ApiAnswer.NotFound($"No such path: /v2/schedules/{call.Path.Rest}"));
        }

        if (path.Schedule.Length > Limits.Alias || path.Item.Length > Limits.Alias)
        {
            return new(ApiAnswer.Invalid("identifier", $"An identifier has at most {Limits.Alias} characters."));
        }

        return (call.Method.ToUpperInvariant(), path) switch
        {
            ("GET", { Schedule: "", Part: "" }) => Read(() => _reads.List(call)),
            ("GET", { Schedule: "", Part: SchedulePath.OnCalls }) => Read(() => _reads.OnCalls(call)),
            ("GET", { Part: "" }) => Read(() => _reads.Get(call, path.Schedule)),
            ("GET", { Part: "timeline", Item: "" }) => Read(() => _reads.Timeline(call, path.Schedule)),
            ("GET", { Part: SchedulePath.OnCalls, Item: "" }) => Read(() => _reads.OnCall(call, path.Schedule)),
            ("GET", { Part: "next-on-calls", Item: "" }) => Read(() => _reads.NextOnCall(call, path.Schedule)),
            ("GET", { Part: "rotations" }) => Read(() => _reads.Rotations(call, path.Schedule, path.Item)),
            ("GET", { Part: "overrides" }) => Read(() => _overrides.Get(call, path.Schedule, path.Item)),
            ("POST", { Schedule: "", Part: "" }) => Write(() => _writes.CreateAsync(call)),
            ("PATCH", { Schedule: not "", Part: "" }) => Write(() => _writes.UpdateAsync(call, path.Schedule)),
            ("DELETE", { Schedule: not "", Part: "" }) => Write(() => _writes.DeleteAsync(call, path.Schedule)),
            ("POST", { Part: "rotations", Item: "" }) => Write(() => _rotations.CreateAsync(call, path.Schedule)),
            ("PATCH", { Part: "rotations", Item: not "" }) =>
                Write(() => _rotations.UpdateAsync(call, path.Schedule, path.Item)),
            ("DELETE", { Part: "rotations", Item: not "" }) =>
                Write(() => _rotations.DeleteAsync(call, path.Schedule, path.Item)),
            ("POST", { Part: "overrides", Item: "" }) => Write(() => _overrides.CreateAsync(call, path.Schedule)),
            ("PUT", { Part: "overrides", Item: not "" }) =>
                Write(() => _overrides.UpdateAsync(call, path.Schedule, path.Item)),
            ("DELETE", { Part: "overrides", Item: not "" }) =>
                Write(() => _overrides.DeleteAsync(call, path.Schedule, path.Item)),
            (_, { Part: "" or SchedulePath.OnCalls or "timeline" or "next-on-calls" or "rotations" or "overrides" }) =>
                new(ApiAnswer.MethodNotAllowed(call.Method, MethodsOf(path))),
            _ => new(ApiAnswer.NotFound($"No such path: /v2/schedules/{call.Path.Rest}")),
        };

        ValueTask<ApiAnswer> Read(Func<ApiAnswer> answer) => AlertApi.WithRight(
            call, KeyRights.Read, () => new(answer()));

        ValueTask<ApiAnswer> Write(Func<ValueTask<ApiAnswer>> answer) => AlertApi.WithRight(
            call, KeyRights.Configure, answer);
    }
}
