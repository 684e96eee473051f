namespace Correlation.Grains.Policy;

/// <summary>
/// What holds pages back, by name: a silence is its id, a maintenance window and an inhibition rule have their kind
/// before their name.
/// </summary>
public static class Suppressor
{
    private const string Maintenance = "maintenance:";
    private const string Inhibition = "inhibition:";

    public static string OfWindow(string name) => Maintenance + name;

    public static string OfRule(string name) => Inhibition + name;

    public static bool IsSilence(string suppressor) => !IsWindow(suppressor) && !IsRule(suppressor);

    public static bool IsWindow(string suppressor) => suppressor.StartsWith(Maintenance, StringComparison.Ordinal);

    public static bool IsRule(string suppressor) => suppressor.StartsWith(Inhibition, StringComparison.Ordinal);

    /// <summary>Such as <c>silenced by a, b, inhibited by rule c</c>.</summary>
    public static string Say(IEnumerable<string> suppressors)
    {
        var all = suppressors.ToList();
        List<string> said =
        [
            Say("silenced by ", all.Where(IsSilence)),
            Say("in maintenance window ", all.Where(IsWindow).Select(s => s[Maintenance.Length..])),
            Say("inhibited by rule ", all.Where(IsRule).Select(s => s[Inhibition.Length..])),
        ];
        return string.Join(", ", said.Where(text => text.Length > 0));
    }

    /// <summary>The same as a sentence begins.</summary>
    public static string Sentence(IEnumerable<string> suppressors)
    {
        var said = Say(suppressors);
        return said.Length == 0 ? "" : char.ToUpperInvariant(said[0]) + said[1..];
    }

    private static string Say(string how, IEnumerable<string> names)
    {
        var list = string.Join(", ", names);
        return list.Length == 0 ? "" : how + list;
    }
}
