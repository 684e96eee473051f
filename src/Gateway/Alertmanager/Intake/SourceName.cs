namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>The host that an alert links to is the one that noticed it.</summary>
internal static class SourceName
{
    private const string Unknown = "alertmanager";

    /// <summary>One per thread: the alerts of a request come from the same host.</summary>
    [ThreadStatic]
    private static string? _last;

    public static string Of(string url)
    {
        var host = HostOf(url);
        if (host.IsEmpty)
        {
            return Unknown;
        }

        if (_last is null || !host.SequenceEqual(_last))
        {
            _last = host.ToString();
        }

        return _last;
    }

    private static ReadOnlySpan<char> HostOf(ReadOnlySpan<char> url)
    {
        var scheme = url.IndexOf("://");
        if (scheme < 0)
        {
            return default;
        }

        var rest = url[(scheme + 3)..];
        var end = rest.IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        return authority[(authority.LastIndexOf('@') + 1)..];
    }
}
