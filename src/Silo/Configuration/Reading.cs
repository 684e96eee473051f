using System.Text.Json;
using Correlation.Gateway.Requests;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration;

/// <summary>
/// One reading of a folder: what was found wrong so far, which names are taken, and the checks that have to wait until
/// every file is read. Readers never stop at a mistake; they note it and go on with something harmless.
/// </summary>
/// <param name="environment">Its variables by name.</param>
/// <param name="now">What is behind it is nobody's business any more.</param>
internal sealed class Reading(Func<string, string?> environment, DateTimeOffset now)
{
    private const int ListedNames = 10;

    private readonly List<Problem> _problems = [];
    private readonly List<Action<PolicyVersion>> _later = [];
    private readonly Dictionary<Section, Dictionary<string, (string Name, Field At)>> _names = [];
    private readonly List<string?> _notRead = [];

    public IReadOnlyList<Problem> Problems => _problems;

    public DateTimeOffset Now => now;

    public bool HasErrors => _problems.Any(p => p.Severity == Severity.Error);

    /// <summary>Where everything that has a name is.</summary>
    public IEnumerable<Origin> Origins => _names.SelectMany(section => section.Value.Values.Select(
        defined => new Origin(Words(section.Key), defined.Name, Path.GetFileName(defined.At.File))));

    public string? Environment(string variable) => environment(variable);

    /// <summary>A file or section could not be read: what is missing may stand there.</summary>
    public bool IsIncomplete => _notRead.Count > 0;

    /// <summary>
    /// Notes a file or section that could not be read. A name that stands in its text is not said to be missing, for it
    /// may be defined there.
    /// </summary>
    /// <param name="text">Null when not even that is known: then no name is said to be missing.</param>
    public void NotRead(string? text) => _notRead.Add(text);

    /// <param name="current">Null for the value in the file.</param>
    public void Error(Field at, string what, string allowed, string? current = null) =>
        Note(Severity.Error, at, what, allowed, current);

    /// <param name="why">Says what is allowed too.</param>
    /// <param name="current">Null when <paramref name="why"/> says that as well.</param>
    public void Refuse(Field at, string why, string? current) =>
        _problems.Add(new(Severity.Error, at.File, at.Line, at.Column, at.Path, why, null, current));

    public void ErrorAt(string file, int line, int column, string what, string allowed) =>
        _problems.Add(new(Severity.Error, file, line, column, "", what, allowed, null));

    public void Warn(Field at, string what, string allowed, string? current = null) =>
        Note(Severity.Warning, at, what, allowed, current);

    /// <summary>Names of a section are one word in any letter case: the policy finds them that way.</summary>
    public void Define(Section section, string name, Field at)
    {
        var names = NamesOf(section);
        if (name.Length > 0 && !names.TryAdd(name, (name, at)))
        {
            Error(at, $"is taken, see {names[name].At.Place}", $"a name that no other of the {Words(section)} has");
        }
    }

    /// <summary>A name must be spelled as it was defined: deciders compare some of them by letter.</summary>
    public void Refer(Section section, string name, Field at) => OnceAllIsRead(_ =>
    {
        var names = NamesOf(section);
        if ((!names.TryGetValue(name, out var found) || found.Name != name) && !MayBeDefinedUnread(name))
        {
            var known = names.Values.Select(pair => pair.Name).Order(StringComparer.Ordinal).ToList();
            var hint = Spelling.Hint(name, known);
            Error(at, $"names '{name}', which is none of the {Words(section)}{hint}", List(known));
        }
    });

    /// <summary>The policy holds whatever could be read; a check must not rely on what another check refuses.</summary>
    public void OnceAllIsRead(Action<PolicyVersion> check) => _later.Add(check);

    public void CheckTheWhole(PolicyVersion policy) => _later.ForEach(check => check(policy));

    public static string Words(Section section) => JsonNamingPolicy.SnakeCaseLower.ConvertName(section.ToString());

    private static string List(List<string> names) => names.Count switch
    {
        0 => "none is defined",
        <= ListedNames => string.Join(", ", names),
        _ => string.Join(", ", names.Take(ListedNames)) + $" and {names.Count - ListedNames} more",
    };

    private bool MayBeDefinedUnread(string name) =>
        _notRead.Any(text => text is null || text.Contains(name, StringComparison.OrdinalIgnoreCase));

    private Dictionary<string, (string Name, Field At)> NamesOf(Section section)
    {
        if (!_names.TryGetValue(section, out var names))
        {
            _names[section] = names = new(StringComparer.OrdinalIgnoreCase);
        }

        return names;
    }

    private void Note(Severity severity, Field at, string what, string allowed, string? current) =>
        _problems.Add(new(severity, at.File, at.Line, at.Column, at.Path, what, allowed, current ?? at.Current));
}
