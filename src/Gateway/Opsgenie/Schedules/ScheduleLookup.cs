using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Schedules;

/// <summary>Finds the schedule that a call is about, and says why not.</summary>
internal sealed class ScheduleLookup(IGrains grains)
{
    /// <summary>A team's key sees that team's only.</summary>
    public IEnumerable<Schedule> Seen(ApiCall call) => grains.Policy.Schedules
        .Where(schedule => call.Key.Sees(schedule.Team ?? ""))
        .OrderBy(schedule => schedule.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>By id or name, as the query says; by either when it does not.</summary>
    public (Schedule? Found, ApiAnswer? Refusal) Find(ApiCall call, string identifier)
    {
        var errors = new FieldErrors();
        var parameter = call.Query["scheduleIdentifierType"].Length > 0 ? "scheduleIdentifierType" : "identifierType";
        var type = call.Query.Choice(parameter, errors, "id", "name");
        if (errors.Any)
        {
            return (null, ApiAnswer.Invalid(errors));
        }

        var stated = call.Query[parameter].Length > 0;
        var policy = grains.Policy;
        var byId = stated && type == "name" ? null : policy.Schedules.FirstOrDefault(
            schedule => schedule.Id.Equals(identifier, StringComparison.OrdinalIgnoreCase));
        var found = byId ?? (stated && type == "id" ? null : policy.FindSchedule(identifier));
        return found switch
        {
            null => (null, ApiAnswer.NotFound($"There is no schedule with {type} '{Texts.Cut(identifier, Limits.Alias)}'.")),
            _ when !call.Key.Sees(found.Team ?? "") =>
                (null, ApiAnswer.OtherTeam(call.Key, $"the schedule '{found.Name}'")),
            _ => (found, null),
        };
    }

    /// <summary>One that can be changed here.</summary>
    public (Schedule? Found, ApiAnswer? Refusal) FindOurs(ApiCall call, string identifier)
    {
        var (found, refusal) = Find(call, identifier);
        return found is { ByApi: false } ? (null, OfFile(found)) : (found, refusal);
    }

    /// <summary>What comes from a file has that file as its one owner.</summary>
    private ApiAnswer OfFile(Schedule schedule) => new(409)
    {
        Message = $"The schedule '{schedule.Name}' comes from the configuration's file " +
            $"'{grains.Policy.FileOf("schedules", schedule.Name)}'; change it there.",
    };
}
