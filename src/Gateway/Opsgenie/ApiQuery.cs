using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Correlation.Gateway.Opsgenie;

/// <summary>A request's query parameters. Names in any letter case; empty is absent.</summary>
internal sealed class ApiQuery(string text)
{
    private readonly Dictionary<string, StringValues> _values = QueryHelpers.ParseQuery(text);

    public IEnumerable<KeyValuePair<string, string>> All =>
        _values.SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, Texts.Clean(value ?? ""))));

    public string this[string name] => _values.TryGetValue(name, out var value) ? Texts.Clean(value.ToString()) : "";

    public IEnumerable<string> List(string name) =>
        this[name].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public int Number(string name, int otherwise, int least, int most, FieldErrors errors)
    {
        var value = this[name];
        if (value.Length == 0)
        {
            return otherwise;
        }

        if (!int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) || number < least)
        {
            errors.Add(name, $"{name} must be a whole number of at least {least}.");
            return otherwise;
        }

        return Math.Min(number, most);
    }

    /// <summary>One of a few words, in any letter case; the first is the default.</summary>
    public string Choice(string name, FieldErrors errors, params ReadOnlySpan<string> choices)
    {
        var value = this[name];
        foreach (var choice in choices)
        {
            if (value.Equals(choice, StringComparison.OrdinalIgnoreCase))
            {
                return choice;
            }
        }

        if (value.Length > 0)
        {
            errors.Add(name, $"{name} must be one of {string.Join(", ", choices.ToArray())}.");
        }

        return choices[0];
    }
}
