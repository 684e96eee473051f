using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Symmetric signatures of Standard Webhooks 1.0.0: HMAC-SHA256 over <c>id.timestamp.body</c>, so that a receiver can
/// tell us from others and an old message from a new one.
/// </summary>
public static class StandardWebhooks
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    public const string SecretForm = "'whsec_' followed by the base64 of 24 to 64 random bytes";

    private const string Prefix = "whsec_";

    /// <summary>
    /// Several secrets, separated by spaces, are all signed with, as long as a receiver changes from one to the next.
    /// </summary>
    public static bool TryReadKeys(string secrets, out IReadOnlyList<byte[]> keys)
    {
        var read = new List<byte[]>();
        keys = read;
        foreach (var secret in secrets.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var key = new byte[secret.Length];
            if (!secret.StartsWith(Prefix, StringComparison.Ordinal) ||
                !Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) ||
                length is < 24 or > 64)
            {
                return false;
            }

            read.Add(key[..length]);
        }

        return read.Count > 0;
    }

    /// <summary>The value of the signature header.</summary>
    /// <param name="timestamp">Unix seconds of this attempt, as in the timestamp header.</param>
    public static string Sign(IReadOnlyList<byte[]> keys, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.");
        byte[] bytes = [.. Encoding.UTF8.GetBytes(head), .. body];
        return string.Join(' ', keys.Select(key => "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, bytes))));
    }
}
