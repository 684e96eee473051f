using System.Text.RegularExpressions;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;

namespace Correlation.Silo.Configuration.Sections;

/// <summary>
/// Every key but name and type is a setting of the channel's type, and that type's own file says what is wrong with it.
/// Secrets stay out of the files: <c>${NAME}</c> is the environment's variable of that name.
/// </summary>
internal static partial class ChannelReader
{
    public static Channel Read(Entry entry, IReadOnlyList<IChannel> types)
    {
        var name = entry.Name(Section.Channels);
        var type = entry.Required("type", Format.OneOf([.. types.Select(t => (t.Type, t))]));
        var written = entry.Rest();
        var errorsBefore = entry.Reading.Problems.Count;
        var settings = Labels.From(written.Select(pair => KeyValuePair.Create(pair.Key, Resolve(entry, pair.Value))));
        if (entry.Reading.Problems.Count == errorsBefore && entry.Find("type") is { } word && word.Text == type.Type)
        {
            foreach (var fault in type.Check(settings))
            {
                var field = written.GetValueOrDefault(fault.Key);
                entry.Reading.Refuse(entry.Where(fault.Key), fault.Message.TrimEnd('.'), Shown(field, fault));
            }
        }

        return new Channel(name, type.Type, settings);
    }

    private static string Resolve(Entry entry, Field field) =>
        Variable().Replace(entry.Read(field, Format.Text), match =>
        {
            var variable = match.Groups[1].Value;
            if (entry.Reading.Environment(variable) is { Length: > 0 } value)
            {
                return value;
            }

            entry.Reading.Error(
                field, $"names {match.Value}, which is not set in the environment", $"{variable} set, or a value");
            return "";
        });

    /// <summary>
    /// Any setting may hold a secret, a URL too. The name of a variable holds none; and the type says what is safe.
    /// </summary>
    private static string? Shown(Field? field, SettingFault fault) => field switch
    {
        null => "(none)",
        { Text: { } text } when Variable().IsMatch(text) => text,
        { Text: { Length: > 0 } text } when fault.Message.Contains(text, StringComparison.Ordinal) => null,
        _ => "(not shown, it may be a secret)",
    };

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Variable();
}
