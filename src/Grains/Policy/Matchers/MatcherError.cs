namespace Correlation.Grains.Policy.Matchers;

/// <summary>Why a matcher was refused. The position counts characters from 0 in the text that was given.</summary>
public sealed record MatcherError(int Position, string Message)
{
    public override string ToString() => $"at character {Position + 1}: {Message}";
}
