using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// All of one kind that a configuration has. What comes from its files is read here and changed there, and a refusal to
/// change it names the file; what was made here is changed here.
/// </summary>
/// <param name="Word">Of one of them, for messages.</param>
/// <param name="Section">The key under which the files have them.</param>
/// <param name="NameType">What <c>identifierType</c> calls a name.</param>
internal sealed record ResourceSet<T>(
    IGrains Grains,
    string Word,
    string Section,
    string NameType,
    Func<PolicyVersion, IEnumerable<T>> All,
    Func<T, string> NameOf,
    Func<T, string> IdOf,
    Func<T, bool> IsMade,
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
        var found = All(policy).FirstOrDefault(one => (!stated || type == "id") && Same(IdOf(one), identifier))
            ?? All(policy).FirstOrDefault(one => (!stated || type != "id") && Same(NameOf(one), identifier));
        return found switch
        {
            null => (null, ApiAnswer.NotFound($"There is no {Word} '{Texts.Cut(identifier, Limits.Alias)}'.")),
            _ when !Sees(call, found) => (null, ApiAnswer.OtherTeam(call.Key, $"the {Word} '{NameOf(found)}'")),
            _ => (found, null),
        };
    }

    /// <summary>One that can be changed here.</summary>
    public (T? Found, ApiAnswer? Refusal) FindMade(ApiCall call, string identifier)
    {
        var (found, refusal) = Find(call, identifier);
        return found is not null && !IsMade(found) ? (null, OfFile(NameOf(found))) : (found, refusal);
    }

    /// <summary>A name that a file has is that file's.</summary>
    public ApiAnswer? RefuseName(string name) =>
        All(Grains.Policy).FirstOrDefault(one => Same(NameOf(one), name)) is not { } found ? null
            : IsMade(found) ? new ApiAnswer(409) { Message = $"There is a {Word} '{NameOf(found)}' already." }
            : OfFile(name);

    /// <summary>Of a change to what a file has.</summary>
    public ApiAnswer OfFile(string name) => new(409)
    {
        Message = $"The {Word} '{name}' comes from the configuration's file '{Grains.Policy.FileOf(Section, name)}'; change it there.",
    };

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
