using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Opsgenie;

/// <summary>Absolute paging links with all parameters of the request kept: clients follow them as they are.</summary>
internal static class Paging
{
    /// <param name="count">Of all that can be reached; null when nobody counts them, and then only the last page has a last.</param>
    public static PagingLinks ByOffset(ApiCall call, int offset, int limit, bool more, int? count = null) => new(
        Link(call, "offset", "0"),
        more ? Link(call, "offset", Text(offset + limit)) : null,
        offset > 0 ? Link(call, "offset", Text(Math.Max(0, offset - limit))) : null,
        count is { } all ? Link(call, "offset", Text(Math.Max(0, (all - 1) / limit * limit)))
            : more ? null
            : Link(call, "offset", Text(offset)));

    /// <param name="last">Cursor of the page's last item; null at the end.</param>
    public static PagingLinks ByCursor(ApiCall call, string? last) =>
        new(Link(call, "offset", ""), last is null ? null : Link(call, "offset", last), null, null);

    private static string Link(ApiCall call, string name, string value)
    {
        var parameters = call.Query.All
            .Where(p => !p.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Append(KeyValuePair.Create(name, value))
            .Where(p => p.Value.Length > 0)
            .Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}");
        var query = string.Join('&', parameters);
        return Origin(call.Http.Request) + call.Path.Path + (query.Length > 0 ? "?" + query : "");
    }

    /// <summary>Behind a proxy that ends TLS the client's own address is in X-Forwarded-*.</summary>
    private static string Origin(HttpRequest request)
    {
        var scheme = First(request, "X-Forwarded-Proto");
        var host = First(request, "X-Forwarded-Host");
        return (scheme is "http" or "https" ? scheme : request.Scheme) + "://" +
            (IsHost(host) ? host : request.Host.ToUriComponent());
    }

    private static string First(HttpRequest request, string header)
    {
        var value = request.Headers[header].ToString();
        var comma = value.IndexOf(',', StringComparison.Ordinal);
        return (comma < 0 ? value : value[..comma]).Trim();
    }

    private static bool IsHost(string text) =>
        text.Length is > 0 and <= 255
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':' or '[' or ']');

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
