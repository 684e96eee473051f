using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Maintenance;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// Everything under /v1/maintenance. One that disables an integration holds back what comes by it, from the answer on;
/// the alerts are kept, and page when it is over if they still fire. Windows of the files are listed with their next
/// time.
/// </summary>
internal sealed class MaintenanceApi(IGrains grains, IReads reads, FreshIds ids, TimeProvider time)
{
    private const int PageSize = 500;

    public ValueTask<ApiAnswer> AnswerAsync(ApiCall call, string[] path)
    {
        if (call.Key.Team is not null)
        {
            return new(ApiAnswer.OtherTeam(call.Key, "maintenance"));
        }

        return (call.Method.ToUpperInvariant(), path) switch
        {
            ("GET", []) => AlertApi.WithRight(call, KeyRights.Read, () => ListAsync(call)),
            ("GET", [var id]) => AlertApi.WithRight(call, KeyRights.Read, () => GetAsync(id)),
            ("POST", []) => Write(() => SetAsync(call, ids.Next("maintenance").ToString(), 201, "Created")),
            ("PUT", [var id]) => Write(() => WithOursAsync(id, _ => SetAsync(call, id, 200, "Updated"))),
            ("DELETE", [var id]) => Write(() => WithOursAsync(id, _ => TellAsync(call, id, new MaintenanceCommand.Delete(call.Key.Name), 200, "Deleted"))),
            ("POST", [var id, "cancel"]) =>
                Write(() =>
                    WithOursAsync(
                        id,
                        _ => TellAsync(call, id, new MaintenanceCommand.Cancel(call.Key.Name), 200, "Cancelled"))),
            ("POST", [var id, "change-end-date"]) => Write(() => WithOursAsync(id, state => MoveEndAsync(call, state))),
            _ => new(ApiAnswer.MethodNotAllowed(call.Method, path.Length switch
            {
                0 => ["GET", "POST"],
                1 => ["GET", "PUT", "DELETE"],
                _ => ["POST"],
            })),
        };

        ValueTask<ApiAnswer> Write(Func<ValueTask<ApiAnswer>> answer) => AlertApi.WithRight(
            call, KeyRights.Configure, answer);
    }

    private async ValueTask<ApiAnswer> ListAsync(ApiCall call)
    {
        var errors = new FieldErrors();
        var type = call.Query.Choice("type", errors, "all", "past", "non-expired");
        if (errors.Any)
        {
            return ApiAnswer.Invalid(errors);
        }

        var (all, now) = (new List<MaintenanceState>(), time.GetUtcNow());
        string? after = null;
        IReadOnlyList<GrainState> page;
        do
        {
            page = await reads.ListGrainsAsync(GrainKind.Maintenance, after, PageSize, call.Aborted);
            all.AddRange(page.OfType<MaintenanceState>().Where(state => !state.Deleted));
            after = page.Count > 0 ? page[^1].Grain.Key : null;
        }
        while (page.Count == PageSize);

        var shown = Files().Select(window => MaintenanceJson.Of(window, now))
            .Concat(all.OrderByDescending(state => state.StartsAt).Select(state => MaintenanceJson.Of(state, now)))
            .Where(one => type == "all" || (one.Status is "past" or "cancelled") == (type == "past"));
        return Lists.Of(shown, (json, one) => one.Write(json, withRules: false));
    }

    private async ValueTask<ApiAnswer> GetAsync(string id)
    {
        var now = time.GetUtcNow();
        var one = FileWindow(id) is { } window ? MaintenanceJson.Of(window, now)
            : await FindAsync(id) is { } state ? MaintenanceJson.Of(state, now)
            : null;
        return one is null ? Unknown(id) : ApiAnswer.Ok(json => one.Write(json, withRules: true));
    }

    private async ValueTask<ApiAnswer> SetAsync(ApiCall call, string id, int status, string result)
    {
        var (body, refusal) = await ReadAsync(call);
        if (refusal is not null)
        {
            return refusal;
        }

        var command = MaintenanceBody.Read(body!.Root, id, grains.Policy, time.GetUtcNow());
        return body.Errors.Any ? ApiAnswer.Invalid(body.Errors) : await TellAsync(call, id, command, status, result);
    }

    private async ValueTask<ApiAnswer> MoveEndAsync(ApiCall call, MaintenanceState state)
    {
        var (body, refusal) = await ReadAsync(call);
        if (refusal is not null)
        {
            return refusal;
        }

        var end = body!.Root.Time("endDate");
        if (end is null)
        {
            body.Errors.Add("endDate", "endDate can not be empty.");
        }

        return body.Errors.Any
            ? ApiAnswer.Invalid(body.Errors)
            : await TellAsync(
                call,
                state.Window.Id,
                new MaintenanceCommand.Set(
                    MaintenanceBody.Between(state.Window, state.StartsAt, end!.Value), MaintenanceBody.Schedule,
                    state.StartsAt, end.Value),
                200,
                "Updated");
    }

    private async ValueTask<ApiAnswer> TellAsync(
        ApiCall call, string id, MaintenanceCommand command, int status, string result)
    {
        var answer = await grains.SendAsync(GrainOf(id), command, CommandClass.Person);
        switch (answer.Outcome)
        {
            case Outcome.Refused:
                return ApiAnswer.Invalid("time", answer.Reason);
            case Outcome.Poison:
                return new ApiAnswer(500) { Message = answer.Reason };
        }

        await grains.PolicyInForceAsync(call.Aborted);
        return new ApiAnswer(status)
        {
            Result = result,
            RequestId = answer.Position.ToRequestId(),
            Data = answer.State is MaintenanceState { Deleted: false } state
                ? json => MaintenanceJson.Of(state, time.GetUtcNow()).Write(json, withRules: false)
                : null,
        };
    }

    private async ValueTask<ApiAnswer> WithOursAsync(string id, Func<MaintenanceState, ValueTask<ApiAnswer>> answer)
    {
        if (FileWindow(id) is { } window)
        {
            return new ApiAnswer(409)
            {
                Message = $"The maintenance '{window.Name}' comes from the configuration's file " +
                    $"'{grains.Policy.FileOf("maintenance", window.Name)}'; change it there.",
            };
        }

        return await FindAsync(id) is { } state ? await answer(state) : Unknown(id);
    }

    private async ValueTask<MaintenanceState?> FindAsync(string id) =>
        id.Length <= Limits.Source && await grains.ReadAsync(GrainOf(id)) is MaintenanceState { Deleted: false } state
            ? state
            : null;

    private IEnumerable<MaintenanceWindow> Files() => grains.Policy.Maintenance.Where(window => !window.ByApi);

    private MaintenanceWindow? FileWindow(string id) => Files().FirstOrDefault(window => window.Id == id);

    private static ValueTask<(DocumentBody? Value, ApiAnswer? Refusal)> ReadAsync(ApiCall call) =>
        RequestBody.ReadAsync(call.Http, (in sequence) =>
        {
            var parsed = new DocumentBody();
            parsed.Read(sequence);
            return parsed;
        });

    private static GrainId GrainOf(string id) => new(GrainKind.Maintenance, id);

    private static ApiAnswer Unknown(string id) =>
        ApiAnswer.NotFound($"There is no maintenance '{Texts.Cut(id, Limits.Source)}'.");
}
