namespace Correlation.Gateway.Opsgenie.Search;

/// <summary>Why a query was refused. The position counts characters from 0.</summary>
internal sealed record AlertQueryError(int Position, string Message)
{
    public override string ToString() => $"query, character {Position + 1}: {Message}";
}
