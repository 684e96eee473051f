using System.Security.Cryptography;
using System.Text;

namespace Correlation.Gateway.Answers;

/// <summary>
/// Twilio's signature of its requests: HMAC-SHA1 over the URL that it was given and every field of the form, by name.
/// </summary>
internal static class TwilioSignature
{
    public const string Header = "X-Twilio-Signature";

    /// <param name="url">As Twilio knows it, which behind a proxy is not what this process is called by.</param>
    public static bool IsRight(
        string authToken, Uri url, IReadOnlyDictionary<string, string> fields, string signature) =>
        Spellings(url).Any(spelling => Matches(authToken, spelling, fields, signature));

    /// <summary>It signs the usual port with some kinds of request and without it with others.</summary>
    private static IEnumerable<string> Spellings(Uri url)
    {
        var (scheme, path) = (url.Scheme, url.PathAndQuery);
        yield return $"{scheme}://{url.Authority}{path}";
        yield return $"{scheme}://{url.Host}:{url.Port}{path}";
    }

    private static bool Matches(
        string authToken, string url, IReadOnlyDictionary<string, string> fields, string signature)
    {
        var signed = new StringBuilder(url);
        foreach (var (name, value) in fields.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            signed.Append(name).Append(value);
        }

#pragma warning disable CA5350 // Twilio's choice, and HMAC does not lean on what SHA-1 has lost.
        var mac = HMACSHA1.HashData(Encoding.UTF8.GetBytes(authToken), Encoding.UTF8.GetBytes(signed.ToString()));
#pragma warning restore CA5350
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Convert.ToBase64String(mac)), Encoding.UTF8.GetBytes(signature));
    }
}
