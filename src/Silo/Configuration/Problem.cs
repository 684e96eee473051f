namespace Correlation.Silo.Configuration;

public enum Severity
{
    /// <summary>The folder is not taken: the service does not start, or the last good version stays.</summary>
    Error,

    /// <summary>The folder is taken, and somebody should look: at a person no page reaches, for example.</summary>
    Warning,
}

/// <summary>One thing that is wrong in the folder, where, what would be right and what is there now.</summary>
/// <param name="Line">From 1; 0 when the whole file or folder is meant.</param>
/// <param name="Column">From 1; orders problems of one line.</param>
/// <param name="Path">Such as <c>users[ann@example.com].contacts[0].channel</c>.</param>
/// <param name="Allowed">Null when <paramref name="What"/> says it.</param>
/// <param name="CurrentValue">Null when it is the file itself.</param>
public sealed record Problem(
    Severity Severity,
    string File,
    int Line,
    int Column,
    string Path,
    string What,
    string? Allowed,
    string? CurrentValue)
{
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}" : File;
        var path = Path.Length > 0 ? $": {Path}" : "";
        var severity = Severity == Severity.Warning ? "warning: " : "";
        var allowed = Allowed is null ? "" : $"; allowed: {Allowed}";
        var current = CurrentValue is null ? "" : $"; current value: {CurrentValue}";
        return $"{place}{path}: {severity}{What}{allowed}{current}";
    }
}
