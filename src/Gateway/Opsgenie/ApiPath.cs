namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// Where a request points, read from the raw target: clients leave slashes in identifiers, double them, add one at the
/// end, work behind a path prefix, and start the query with '&amp;'. Routing on the decoded path would lose all that.
/// </summary>
/// <param name="Version">v1 or v2.</param>
/// <param name="Resource">Such as alerts; empty for the bare version.</param>
/// <param name="Rest">What follows the resource, still percent-encoded, without slashes around it.</param>
/// <param name="Path">The whole path as sent, for paging links.</param>
/// <param name="Query">Without its question mark.</param>
internal readonly record struct ApiPath(string Version, string Resource, string Rest, string Path, string Query)
{
    private static readonly string[] Resources =
    [
        "account", "alerts", "escalations", "forwarding-rules", "heartbeats", "incidents", "integrations", "json",
        "maintenance", "policies", "request-limits", "roles", "schedules", "services", "teams", "users",
    ];

    /// <summary>Parameters that the Node SDK appends with '&amp;' although no '?' came before.</summary>
    private static readonly string[] Appended =
    [
        "identifierType", "tags", "keys", "user", "note", "source", "query", "limit", "offset", "sort", "order",
        "direction", "searchIdentifier", "searchIdentifierType",
    ];

    public static bool TryParse(string rawTarget, out ApiPath path)
    {
        // Nearly every request is this one: a create.
        if (rawTarget is "/v2/alerts")
        {
            path = new ApiPath("v2", "alerts", "", rawTarget, "");
            return true;
        }

        var (target, query) = SplitQuery(WithoutAuthority(rawTarget));
        var before = default(Range?);
        foreach (var segment in Segments(target))
        {
            if (target.AsSpan(segment) is "v1" or "v2" && OpensTheApi(target, before, segment.End.Value))
            {
                path = From(target, segment, query);
                return true;
            }

            before = segment;
        }

        path = default;
        return false;
    }

    /// <summary>
    /// At the root every /v1 and /v2 is this API, so that an unknown resource gets an answer in its shape. Behind a
    /// prefix only known resources are, and never under /api, where Alertmanager's own v2 lives.
    /// </summary>
    private static bool OpensTheApi(string target, Range? before, int end)
    {
        if (before is not { } last)
        {
            return true;
        }

        var next = Segments(target[end..]).FirstOrDefault();
        return target.AsSpan(last) is not "api" && Resources.Contains(target[end..][next]);
    }

    private static ApiPath From(string target, Range version, string query)
    {
        var after = target[version.End..];
        var resource = Segments(after).FirstOrDefault();
        return new ApiPath(target[version], after[resource], after[resource.End..].Trim('/'), target, query);
    }

    private static IEnumerable<Range> Segments(string path)
    {
        for (var at = 0; at < path.Length;)
        {
            var slash = path.IndexOf('/', at);
            var end = slash < 0 ? path.Length : slash;
            if (end > at)
            {
                yield return at..end;
            }

            at = end + 1;
        }
    }

    private static string WithoutAuthority(string target)
    {
        var scheme = target.StartsWith('/') ? -1 : target.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return target;
        }

        var slash = target.IndexOf('/', scheme + 3);
        return slash < 0 ? "/" : target[slash..];
    }

    private static (string Path, string Query) SplitQuery(string target)
    {
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        if (mark >= 0)
        {
            return (target[..mark], target[(mark + 1)..]);
        }

        for (var at = target.IndexOf('&', StringComparison.Ordinal); at >= 0; at = target.IndexOf('&', at + 1))
        {
            var rest = target.AsSpan(at + 1);
            var equals = rest.IndexOf('=');
            if (equals > 0 && Appended.Contains(rest[..equals].ToString()))
            {
                return (target[..at], rest.ToString());
            }
        }

        return (target, "");
    }
}
