namespace Correlation.Gateway.Opsgenie;

/// <summary>What is wrong with which field of a request; the first complaint about a field is kept.</summary>
internal sealed class FieldErrors
{
    private Dictionary<string, string>? _texts;

    public bool Any => _texts is not null;

    public IReadOnlyDictionary<string, string> Texts => _texts ?? [];

    public void Add(string field, string text) => (_texts ??= []).TryAdd(field, text);
}
