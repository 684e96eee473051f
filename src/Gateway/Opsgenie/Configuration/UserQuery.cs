using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// The <c>query</c> of the list of users: <c>field:value</c>, several joined by AND, or a text that is in the name or
/// the full name. Texts are compared without regard to letter case; a value may end with <c>*</c>.
/// </summary>
internal static class UserQuery
{
    private static readonly Dictionary<string, Func<User, string>> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["username"] = user => user.Name,
        ["fullName"] = user => user.FullName,
        ["timeZone"] = user => user.TimeZone,
    };

    /// <returns>Null, with the reason noted, for a field that is not searched by.</returns>
    public static Func<User, bool>? Read(string query, FieldErrors errors)
    {
        var terms = query.Split(" AND ", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(Term)
            .ToList();
        if (terms.Contains(null))
        {
            errors.Add(
                "query",
                $"query is made of {string.Join(", ", Fields.Keys)} with ':' and a value, joined by AND, or is a part of a name.");
            return null;
        }

        return user => terms.TrueForAll(term => term!(user));
    }

    private static Func<User, bool>? Term(string text)
    {
        if (text.Split(':', 2, StringSplitOptions.TrimEntries) is not [var field, var value])
        {
            return user => Has(user.Name, text) || Has(user.FullName, text);
        }

        value = value.Trim('"');
        return !Fields.TryGetValue(field, out var read) ? null
            : value.EndsWith('*') ? user => read(user).StartsWith(value[..^1], StringComparison.OrdinalIgnoreCase)
            : user => string.Equals(read(user), value, StringComparison.OrdinalIgnoreCase);
    }

    private static bool Has(string whole, string part) => whole.Contains(part, StringComparison.OrdinalIgnoreCase);
}
