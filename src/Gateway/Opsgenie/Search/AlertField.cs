using Correlation.Grains.Model;

namespace Correlation.Gateway.Opsgenie.Search;

/// <param name="Column">Of the list, under the alias <c>a</c>.</param>
internal sealed record AlertField(string Name, AlertFieldKind Kind, string Column)
{
    public ValueList<string> OtherSpellings { get; init; } = [];

    /// <summary>What a field of kind <see cref="AlertFieldKind.Choice"/> may be.</summary>
    public ValueList<string> Choices { get; init; } = [];

    /// <summary>Its names, or some of them, are of teams, which may have been called otherwise.</summary>
    public bool NamesTeams { get; init; }

    public bool IsOrdered => Kind is AlertFieldKind.Number or AlertFieldKind.Date;

    /// <summary>A word that is no field names a custom detail: `IssueKey:ABC-1`.</summary>
    public static AlertField Detail(string key) => new(key, AlertFieldKind.Detail, "details");
}

internal enum AlertFieldKind
{
    /// <summary>Compared as it is.</summary>
    Key,

    /// <summary>A name as a whole, in any letter case.</summary>
    Name,

    /// <summary>Contains the word or phrase, in any letter case.</summary>
    Text,
    Choice,
    Flag,
    Number,
    Date,

    /// <summary>A list, each entry between line feeds; asks for a whole entry in any letter case.</summary>
    Members,

    /// <summary>The details, a list of key=value.</summary>
    Detail,
    DetailKey,
    DetailValue,
}
