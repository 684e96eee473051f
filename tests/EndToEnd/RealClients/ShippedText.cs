namespace Correlation.EndToEnd.RealClients;

/// <summary>
/// Changes files that are shipped. What is not there any more to be changed is an error: the test would test nothing.
/// </summary>
internal static class ShippedText
{
    public static string Change(this string whole, string text, string by) => whole.Contains(
        text, StringComparison.Ordinal)
        ? whole.Replace(text, by, StringComparison.Ordinal)
        : throw new InvalidOperationException($"The shipped file has no '{text}' any more: {whole}");
}
