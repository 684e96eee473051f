using Correlation.Grains.Model;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// Opsgenie's limits. Where it rejects, we cut and say so in the alert's note: its clients cut on their own and some of
/// them too late, and an alert refused is a page lost. Only an alias is never cut, for two could become one.
/// </summary>
internal sealed class Limits
{
    public const int Alias = 512;
    public const int Message = 130;
    public const int Description = 15_000;
    public const int Entity = 512;
    public const int Source = 100;
    public const int User = 100;
    public const int Note = 25_000;
    public const int Tags = 20;
    public const int Tag = 50;
    public const int Actions = 10;
    public const int Action = 50;
    public const int Responders = 50;
    public const int Details = 8_000;

    private List<string>? _cuts;

    /// <summary>What was cut, as a sentence; empty when nothing was.</summary>
    public string Told => _cuts is null ? "" : "Cut to the API's limits: " + string.Join(", ", _cuts) + ".";

    public string Cut(string? text, int limit, string field)
    {
        if (text is null || text.Length <= limit)
        {
            return text ?? "";
        }

        var cut = Texts.Cut(text, limit);
        if (cut.Length < text.Length)
        {
            Say($"{field} ({Texts.Length(text)} characters, {limit} kept)");
        }

        return cut;
    }

    /// <summary>A word with white space around it is the same word; nothing but white space is none.</summary>
    public ValueList<string> Cut(List<string>? texts, int count, int length, string field)
    {
        if (texts is null or [])
        {
            return [];
        }

        var kept = First(texts.Select(text => text.Trim()).Where(text => text.Length > 0).ToList(), count, field);
        return kept.Select(text => Cut(text, length, field)).Distinct(StringComparer.Ordinal).ToValueList();
    }

    public List<T> First<T>(List<T> items, int count, string field)
    {
        if (items.Count <= count)
        {
            return items;
        }

        Say($"{field} ({items.Count} given, {count} kept)");
        return items[..count];
    }

    public void Say(string cut) => (_cuts ??= []).Add(cut);
}
