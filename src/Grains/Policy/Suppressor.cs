namespace Correlation.Grains.Policy;

/// <summary>
/// What holds pages back, by name: a silence is its id, a maintenance window, a notification policy and an inhibition
/// rule have their kind before their name.
/// </summary>
public static class Suppressor
{
    private const string Maintenance = "maintenance:";
    private const string Inhibition = "inhibition:";
    private const string Policy = "policy:";

    private const string Watch = "watch:";
    private const string Change = "change:";
    private const string Measurement = "measurement:";

    /// <summary>It came to an incident that was over.</summary>
    public const string Late = "late";

    public static string OfWatch(string kind) => Watch + kind;

    public static string OfChange(string kind) => Change + kind;

    /// <summary>What it says is measured wrongly, by a fault of this kind.</summary>
    public static string OfMeasurement(string kind) => Measurement + kind;

    public static string OfWindow(string name) => Maintenance + name;

    /// <summary>A notification policy.</summary>
    public static string OfPolicy(string name) => Policy + name;

    public static string OfRule(string name) => Inhibition + name;

    public static bool IsSilence(string suppressor) =>
        !IsWindow(suppressor) && !IsRule(suppressor) && !Has(suppressor, Policy) && !IsCorrelation(suppressor);

    /// <summary>What is known of its cause.</summary>
    public static bool IsCorrelation(string suppressor) =>
        suppressor == Late || Has(suppressor, Watch) || Has(suppressor, Change) || Has(suppressor, Measurement);

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
            Say("suppressed by notification policy ", all.Where(s => Has(s, Policy)).Select(s => s[Policy.Length..])),
            Say("inhibited by rule ", all.Where(IsRule).Select(s => s[Inhibition.Length..])),
            Say("watched as alone nearby: ", all.Where(s => Has(s, Watch)).Select(s => s[Watch.Length..])),
            Say("a change: ", all.Where(s => Has(s, Change)).Select(s => s[Change.Length..])),
            Say("measured wrongly: ", all.Where(s => Has(s, Measurement)).Select(s => s[Measurement.Length..])),
            all.Contains(Late) ? "late for an incident that is over" : "",
        ];
        return string.Join(", ", said.Where(text => text.Length > 0));
    }

    /// <summary>The same as a sentence begins.</summary>
    public static string Sentence(IEnumerable<string> suppressors)
    {
        var said = Say(suppressors);
        return said.Length == 0 ? "" : char.ToUpperInvariant(said[0]) + said[1..];
    }

    private static bool Has(string suppressor, string kind) => suppressor.StartsWith(kind, StringComparison.Ordinal);

    private static string Say(string how, IEnumerable<string> names)
    {
        var list = string.Join(", ", names);
        return list.Length == 0 ? "" : how + list;
    }
}
