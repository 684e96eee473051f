using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// A resource whose things come from the configuration's files: they are read here and changed there, and a refusal to
/// change one names its file.
/// </summary>
/// <param name="Word">Of one of them, for messages.</param>
/// <param name="Section">The key under which the files have them.</param>
/// <param name="NameType">What <c>identifierType</c> calls a name.</param>
internal sealed record FileOwned<T>(
    IGrains Grains,
    string Word,
    string Section,
    string NameType,
    Func<PolicyVersion, IEnumerable<T>> All,
    Func<T, string> NameOf,
    Func<PolicyVersion, T, string> IdOf,
    Func<ApiCall, T, bool> Sees)
    where T : class
{
    /// <summary>A team's key sees that team's only.</summary>
    public IEnumerable<T> Seen(ApiCall call) =>
        All(Grains.Policy).Where(one => Sees(call, one)).OrderBy(NameOf, StringComparer.OrdinalIgnoreCase);

    /// <summary>By id or name, as the query says; by either when it does not.</summary>
    public (T? Found, ApiAnswer? Refusal) Find(ApiCall call, string identifier)
    {
        var errors = new FieldErrors();
        var type = call.Query.Choice("identifierType", errors, "id", NameType);
        if (errors.Any)
        {
            return (null, ApiAnswer.Invalid(errors));
        }

        var (policy, stated) = (Grains.Policy, call.Query["identifierType"].Length > 0);
        var found = All(policy).FirstOrDefault(one => (!stated || type == "id") && Same(IdOf(policy, one), identifier))
            ?? All(policy).FirstOrDefault(one => (!stated || type != "id") && Same(NameOf(one), identifier));
        return found switch
        {
            null => (null, ApiAnswer.NotFound($"There is no {Word} '{Texts.Cut(identifier, Limits.Alias)}'.")),
            _ when !Sees(call, found) => (null, ApiAnswer.OtherTeam(call.Key, $"the {Word} '{NameOf(found)}'")),
            _ => (found, null),
        };
    }

    /// <summary>Of a change to one that is there.</summary>
    public ApiAnswer RefuseChange(ApiCall call, string identifier)
    {
        var (found, refusal) = Find(call, identifier);
        return refusal ?? OfFile(NameOf(found!));
    }

    /// <summary>Of a new one: a name that a file has is that file's.</summary>
    public async ValueTask<ApiAnswer> RefuseCreateAsync(ApiCall call)
    {
        var (body, refusal) = await RequestBody.ReadAsync(call.Http, (in sequence) =>
        {
            var parsed = new DocumentBody();
            parsed.Read(sequence);
            return parsed;
        });
        if (refusal is not null)
        {
            return refusal;
        }

        var name = body!.Root.Text(NameType);
        return name is not null && All(Grains.Policy).Any(one => Same(NameOf(one), name))
            ? OfFile(name)
            : ApiAnswer.NotSupported($"A {Word} is made in the configuration's files, under '{Section}', and is in force within seconds.");
    }

    private ApiAnswer OfFile(string name) => new(409)
    {
        Message = $"The {Word} '{name}' comes from the configuration's file '{Grains.Policy.FileOf(Section, name)}'; change it there.",
    };

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
