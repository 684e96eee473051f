using Correlation.Gateway.Requests;
using Correlation.Grains.Model;
using YamlDotNet.RepresentationModel;

namespace Correlation.Silo.Configuration;

/// <summary>
/// A mapping that is read key by key. What a reader asks for is what is allowed; whatever it did not ask for is an
/// unknown key, so the list of keys is written down once.
/// </summary>
internal sealed class Entry(Reading reading, Field at, IReadOnlyDictionary<string, Field> fields)
{
    private const int MaxListLength = 1_000;

    private readonly List<string> _asked = [];

    public Reading Reading => reading;

    public Field At => at;

    /// <returns>Null, with the error noted, when it is not a mapping.</returns>
    public static Entry? Of(Reading reading, Field at, string allowed = "a mapping of keys to values")
    {
        if (at.Node is not YamlMappingNode mapping)
        {
            reading.Error(at, "is not a mapping", allowed);
            return null;
        }

        var fields = new Dictionary<string, Field>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Children)
        {
            if (key is YamlScalarNode { Value: { } name })
            {
                fields[name] = at.Child(name, value);
            }
            else
            {
                reading.Error(at with { Node = key }, "has a key that is not a text", "keys that are texts");
            }
        }

        return new Entry(reading, at, fields);
    }

    /// <summary>The field of a key that has a value, else null.</summary>
    public Field? Find(string key)
    {
        if (!_asked.Contains(key))
        {
            _asked.Add(key);
        }

        return fields.TryGetValue(key, out var field) && !field.IsEmpty ? field : null;
    }

    /// <summary>Also without a value.</summary>
    public bool Has(string key) => Find(key) is not null || fields.ContainsKey(key);

    /// <summary>The fields nobody asked for so far, by key; asks for them.</summary>
    public IReadOnlyDictionary<string, Field> Rest()
    {
        var rest = fields.Where(pair => !_asked.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);
        _asked.AddRange(rest.Keys);
        return rest;
    }

    /// <summary>The field of the key, or where it would be.</summary>
    public Field Where(string key) => fields.TryGetValue(key, out var field) ? field : Lacking(key);

    public T Required<T>(string key, Format<T> format)
    {
        if (Find(key) is { } field)
        {
            return Read(field, format);
        }

        Missing(key, format.Allowed);
        return format.Harmless;
    }

    public T Optional<T>(string key, Format<T> format, T fallback) =>
        Find(key) is { } field ? Read(field, format) : fallback;

    public string Text(string key, string fallback = "") => Optional(key, Format.Text, fallback);

    /// <summary>The name of the thing itself, unique in its section.</summary>
    public string Name(Section section)
    {
        var name = Required("name", Format.Name);
        reading.Define(section, name, Where("name"));
        return name;
    }

    /// <summary>The name of something in another section.</summary>
    public string? Reference(string key, Section section) => Find(key) is { } field ? Reference(field, section) : null;

    public string Reference(Field field, Section section)
    {
        var name = Read(field, Format.Name);
        if (name.Length > 0)
        {
            reading.Refer(section, name, field);
        }

        return name;
    }

    public string RequiredReference(string key, Section section)
    {
        var name = Reference(key, section);
        if (name is null)
        {
            Missing(key, $"the name of one of the {Reading.Words(section)}");
        }

        return name ?? "";
    }

    public ValueList<string> Texts(string key) => Items(key).Select(item => Read(item, Format.Name)).ToValueList();

    public ValueList<string> References(string key, Section section) =>
        Items(key).Select(item => Reference(item, section)).ToValueList();

    public ValueList<T> Entries<T>(string key, Func<Entry, T> read) =>
        Items(key).SelectMany(item => One(item, read)).ToValueList();

    /// <summary>The entries of a list; a single value stands for a list of one.</summary>
    public IEnumerable<Field> Items(string key) => Find(key) is not { } field ? []
        : field.Node is YamlSequenceNode ? Items(reading, field, MaxListLength)
        : [field];

    /// <param name="field">A list.</param>
    /// <param name="max">One more than this is noted as an error and not read: aliases make a short file long.</param>
    public static IEnumerable<Field> Items(Reading reading, Field field, int max)
    {
        var nodes = ((YamlSequenceNode)field.Node!).Children;
        if (nodes.Count > max)
        {
            reading.Error(field, "is too long", $"a list of at most {max} entries");
        }

        return nodes.Take(max).Select((node, number) => field.Item(number, node));
    }

    public IEnumerable<T> One<T>(Field item, Func<Entry, T> read) =>
        Of(reading, item) is { } entry ? [entry.All(read)] : [];

    /// <summary>Reads all of it: a key that <paramref name="read"/> did not ask for is an error.</summary>
    public T All<T>(Func<Entry, T> read)
    {
        var value = read(this);
        RefuseUnknownKeys();
        return value;
    }

    public T Read<T>(Field field, Format<T> format)
    {
        if (field.Text is not { } text)
        {
            reading.Error(field, "is not a single value", format.Allowed);
            return format.Harmless;
        }

        if (format.Read(text, out var value) is { } wrong)
        {
            reading.Error(field, wrong, format.Allowed);
        }

        return value;
    }

    public void Missing(string key, string allowed) => reading.Error(Lacking(key), "is missing", allowed, "(none)");

    /// <summary>For a key that works without, and should not be.</summary>
    public void WarnMissing(string key, string consequence, string allowed) =>
        reading.Warn(Lacking(key), $"is missing, so {consequence}", allowed, "(none)");

    /// <returns>Those.</returns>
    public IReadOnlyList<Field> RefuseUnknownKeys()
    {
        var unknown = fields.Where(pair => !_asked.Contains(pair.Key)).ToList();
        foreach (var (key, field) in unknown)
        {
            reading.Error(field, "is not a key known here" + Spelling.Hint(key, _asked), string.Join(", ", _asked));
        }

        return [.. unknown.Select(pair => pair.Value)];
    }

    private Field Lacking(string key) => at.Child(key, at.Node);
}
