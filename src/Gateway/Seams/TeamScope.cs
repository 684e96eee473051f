using System.Globalization;

namespace Correlation.Gateway.Seams;

/// <summary>What a team's key sees of a list of alerts.</summary>
internal static class TeamScope
{
    /// <param name="asked">An empty text is no condition.</param>
    /// <param name="teams">Every name of one team; none for every team's.</param>
    public static SqlFragment Within(SqlFragment asked, IReadOnlyList<string> teams)
    {
        if (teams.Count == 0)
        {
            return asked;
        }

        var names = teams.Select((_, i) => "@q" + (asked.Parameters.Count + i).ToString(CultureInfo.InvariantCulture));
        var scope = $"a.team IN ({string.Join(", ", names)})";
        return new SqlFragment(
            asked.Text.Length == 0 ? scope : $"({asked.Text}) AND {scope}", [.. asked.Parameters, .. teams]);
    }
}
