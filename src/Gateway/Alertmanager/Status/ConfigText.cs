using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Alertmanager.Status;

/// <summary>
/// The policy's routes as an Alertmanager configuration, for amtool and for people who know how to read one. A receiver
/// is a team; how it is paged is not something this format can say.
/// </summary>
internal static partial class ConfigText
{
    public static string Of(PolicyVersion policy)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture, $"global:\n  resolve_timeout: {Duration(policy.Settings.ResolveTimeout)}\n");
        text.Append(CultureInfo.InvariantCulture, $"route:\n  receiver: {Quote(policy.Settings.DefaultTeam)}\n");
        if (policy.Routes.Count > 0)
        {
            text.Append("  routes:\n");
        }

        foreach (var route in policy.Routes)
        {
            Append(text, route, Team(policy, route.Team));
        }

        text.Append("receivers:\n");
        foreach (var receiver in Receivers(policy))
        {
            text.Append(CultureInfo.InvariantCulture, $"  - name: {Quote(receiver)}\n");
        }

        return text.ToString();
    }

    public static IEnumerable<string> Receivers(PolicyVersion policy) => policy.Teams
        .Select(team => team.Name)
        .Append(policy.Settings.DefaultTeam)
        .Concat(policy.Routes.Select(route => Team(policy, route.Team)))
        .Distinct(StringComparer.Ordinal);

    private static string Team(PolicyVersion policy, string? name) =>
        name is null ? policy.Settings.DefaultTeam : policy.FindTeam(name)?.Name ?? name;

    private static void Append(StringBuilder text, Route route, string receiver)
    {
        text.Append(CultureInfo.InvariantCulture, $"    - receiver: {Quote(receiver)}\n");
        var matchers = route.Match.Matchers.Select(matcher => Quote(matcher.ToString())).ToList();
        if (matchers.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"      matchers: [{string.Join(", ", matchers)}]\n");
        }

        // Other names than these are not accepted there.
        var labels = route.GroupBy.Where(label => ClassicName().IsMatch(label))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (labels.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"      group_by: [{string.Join(", ", labels.Select(Quote))}]\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"      group_wait: {Duration(route.GroupWait)}\n");
        if (route.Repeat > TimeSpan.Zero)
        {
            text.Append(CultureInfo.InvariantCulture, $"      repeat_interval: {Duration(route.Repeat)}\n");
        }
    }

    private static string Duration(TimeSpan span) => span switch
    {
        { Ticks: 0 } => "0s",
        _ when span.Ticks % TimeSpan.TicksPerSecond == 0 =>
            string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Floor(span.TotalMilliseconds)):0}ms"),
    };

    /// <summary>A JSON text is a YAML text.</summary>
    private static string Quote(string text) => JsonSerializer.Serialize(text);

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*$")]
    private static partial Regex ClassicName();
}
