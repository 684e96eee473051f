using System.Globalization;
using System.Text.Json;
using Correlation.Gateway.Requests;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// An object of a body, read field by field. What is absent, null or an empty text is null; a wrong type is noted under
/// the field's name and null as well. Keys that nobody asks for are ignored.
/// </summary>
internal sealed class BodyObject(IReadOnlyDictionary<string, JsonElement> fields, string path, FieldErrors errors)
{
    public FieldErrors Errors => errors;

    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    public IEnumerable<string> Names => fields.Keys;

    public bool Has(string name) => fields.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text =>
            Texts.Clean(text.GetString()!).Trim() is { Length: > 0 } some ? some : null,
        _ => Wrong<string>(name, "a string"),
    };

    /// <summary>As it came, whatever it is.</summary>
    public JsonElement? Raw(string name) => Find(name);

    /// <summary>Numbers also as texts: some clients send those.</summary>
    public int? Number(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var value) => value,
        { ValueKind: JsonValueKind.String } text when
            int.TryParse(text.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) => value,
        _ => WrongValue<int>(name, "a whole number"),
    };

    public bool? Flag(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.String } text when bool.TryParse(text.GetString(), out var value) => value,
        _ => WrongValue<bool>(name, "a boolean"),
    };

    /// <summary>ISO 8601; without a zone it is UTC.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return IsoTime.TryRead(text, out var time)
            ? time.ToUniversalTime()
            : WrongValue<DateTimeOffset>(name, "a time such as 2026-05-04T10:00:00Z");
    }

    public BodyObject? Object(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => Of(value, PathOf(name)),
        _ => Wrong<BodyObject>(name, "an object"),
    };

    /// <summary>Null when absent, which is something else than empty.</summary>
    public IReadOnlyList<BodyObject>? Objects(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(
            item => item.ValueKind == JsonValueKind.Object) =>
            [.. list.EnumerateArray().Select((item, at) => Of(item, JsonTexts.Indexed(PathOf(name), at)))],
        _ => Wrong<IReadOnlyList<BodyObject>>(name, "an array of objects"),
    };

    public IReadOnlyList<string>? Strings(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(
            item => item.ValueKind == JsonValueKind.String) =>
            [.. list.EnumerateArray().Select(item => Texts.Clean(item.GetString()!).Trim()).Where(text => text.Length > 0)],
        _ => Wrong<IReadOnlyList<string>>(name, "an array of strings"),
    };

    private JsonElement? Find(string name) => Has(name) ? fields[name] : null;

    private BodyObject Of(JsonElement value, string at)
    {
        var inner = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            inner[property.Name] = property.Value;
        }

        return new BodyObject(inner, at, errors);
    }

    private T? Wrong<T>(string name, string wanted)
        where T : class
    {
        errors.Add(PathOf(name), $"{PathOf(name)} must be {wanted}.");
        return null;
    }

    private T? WrongValue<T>(string name, string wanted)
        where T : struct
    {
        errors.Add(PathOf(name), $"{PathOf(name)} must be {wanted}.");
        return null;
    }
}
