using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// Actions on an alert. The answer is 202 whether there is such an alert or not, as Alertmanager would take a 404 on
/// the resolve of an alert that somebody closed for a failure; what became of it is in the request's status.
/// </summary>
/// <param name="lookup">Null where only aliases are asked for, and only by keys of no team: then nothing is looked
/// up.</param>
internal sealed class AlertWrites(IIntake intake, AlertLookup? lookup, TimeProvider time)
{
    public async ValueTask<ApiAnswer> WriteAsync(ApiCall call, AlertPath path, AlertAction action)
    {
        var errors = new FieldErrors();
        var type = call.Query.Choice("identifierType", errors, "id", "tiny", "alias");
        if (errors.Any)
        {
            return ApiAnswer.Invalid(errors);
        }

        var (body, refusal) = await ReadAsync(call, action);
        if (refusal is not null)
        {
            return refusal;
        }

        var address = type == "alias"
            ? AlertAddress.OfAlias(path.Identifier)
            : await lookup!.AddressAsync(path.Identifier, type, call.Aborted);
        var request = new ActionRequest(
            address.Target, path.Argument, body!, call.Query, call.Key.Name, time.GetUtcNow());
        var commands = action.Commands(request).ToList();
        if (body!.Errors.Any)
        {
            return ApiAnswer.Invalid(body.Errors);
        }

        if (call.Key.Team is not null && await lookup!.FindAsync(path.Identifier, type, call.Aborted) is { } view &&
            !call.Key.Sees(view.Alert.Class.Team))
        {
            return ApiAnswer.OtherTeam(call.Key, "the alert");
        }

        return ApiAnswer.Done(await SendAsync(address, Noting(commands, address.Target, body)));
    }

    private ValueTask<(ActionBody?, ApiAnswer?)> ReadAsync(ApiCall call, AlertAction action)
    {
        if (action.Method != "DELETE")
        {
            return RequestBody.ReadAsync(call.Http, (in sequence) =>
            {
                var parsed = new ActionBody(action.Fields, intake.Policy);
                parsed.Read(sequence);
                return parsed;
            });
        }

        var body = new ActionBody(action.Fields, intake.Policy);
        body.Read(call.Query);
        return new((body, null));
    }

    /// <summary>What was cut is said in a note of its own, after what was asked for.</summary>
    private static List<AlertCommand> Noting(List<AlertCommand> commands, Guid? target, ActionBody body) =>
        body.Cuts.Length == 0 || commands is [AlertCommand.Delete]
            ? commands
            : [.. commands, new AlertCommand.AddNote(target, body.User, body.Source, body.Cuts)];

    private async ValueTask<Answer> SendAsync(AlertAddress address, List<AlertCommand> commands)
    {
        var answer = await SendToAsync(address.To, commands);

        // A newer episode took the alias between our look and the decision: the one that was meant is a past one now.
        return address is { To.Kind: GrainKind.Alert, Target: { } id } && answer.Reason == ClosedAlert.NotCurrent
            ? await SendToAsync(new GrainId(GrainKind.ClosedAlert, id.ToString()), commands)
            : answer;
    }

    private async ValueTask<Answer> SendToAsync(GrainId to, List<AlertCommand> commands)
    {
        var commandClass = commands is [var only] ? ClassOf(only) : CommandClass.Person;
        var answers = await intake.SendAsync([.. commands.Select(c => new GrainCommand(to, c))], commandClass);
        return Array.Find(answers, answer => answer.Outcome == Outcome.Poison) ?? answers[0];
    }

    /// <summary>A source's resolve comes in the same floods as what it resolves; what people do goes first.</summary>
    private static CommandClass ClassOf(AlertCommand command) =>
        command is AlertCommand.Close { ByPerson: false } ? CommandClass.Intake : CommandClass.Person;
}
