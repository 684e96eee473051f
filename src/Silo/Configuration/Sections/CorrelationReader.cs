using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

internal static class CorrelationReader
{
    private static readonly CorrelationSettings Default = new();

    private static readonly Format<string> EntityType = Format.Of(
        "a lower-case letter, then at most 39 of a-z, 0-9 and _",
        "is not a type of entities",
        text => text is [>= 'a' and <= 'z', ..] && text.Length <= 40 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'));

    public static CorrelationSettings Read(Entry entry) => new()
    {
        EdgeFade = entry.Optional("edge_fade", Format.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650)), Default.EdgeFade),
        RunGrace = entry.Optional("run_grace", Format.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(30)), Default.RunGrace),
        EntityTypes = [.. entry.Items("entity_types").Select(item => entry.Read(item, EntityType))],
    };
}
