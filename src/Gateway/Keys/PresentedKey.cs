using System.Text;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Keys;

/// <summary>
/// Finds the key in a request, in each of the places where senders put it. Allocates nothing on the usual path.
/// </summary>
internal static class PresentedKey
{
    /// <summary>False when there is none, or none that could be a key.</summary>
    public static bool TryHash(HttpRequest request, Span<byte> hash)
    {
        if (request.Headers.Authorization is [{ Length: > 0 } header, ..])
        {
            return TryHash(header.AsSpan().Trim(), hash);
        }

        // Only the old /v1 endpoints take it in the address: addresses end up in logs.
        return request.Path.StartsWithSegments("/v1")
            && request.Query["apiKey"] is [{ } inAddress, ..]
            && KeyHash.TryWrite(inAddress.AsSpan().Trim(), hash);
    }

    private static bool TryHash(ReadOnlySpan<char> header, Span<byte> hash)
    {
        var cut = header.IndexOf(' ');
        if (cut < 0)
        {
            return false;
        }

        var scheme = header[..cut];
        var credentials = header[(cut + 1)..].Trim();
        if (scheme.Equals("GenieKey", StringComparison.OrdinalIgnoreCase)
            || scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return KeyHash.TryWrite(credentials, hash);
        }

        return scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) && TryHashPassword(credentials, hash);
    }

    /// <summary>Prometheus and amtool send Basic; the user name is theirs to choose.</summary>
    private static bool TryHashPassword(ReadOnlySpan<char> credentials, Span<byte> hash)
    {
        Span<byte> decoded = stackalloc byte[512];
        if (!Convert.TryFromBase64Chars(credentials, decoded, out var length))
        {
            return false;
        }

        var password = decoded[(decoded[..length].IndexOf((byte)':') + 1)..length];
        Span<char> text = stackalloc char[36];
        return password.Length == text.Length
            && Encoding.ASCII.TryGetChars(password, text, out _)
            && KeyHash.TryWrite(text, hash);
    }
}
