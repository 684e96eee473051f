using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Correlation.Gateway.Answers;

/// <summary>Slack's signature of its requests (v0): HMAC-SHA256 over version, time and body.</summary>
internal static class SlackSignature
{
    public const string TimestampHeader = "X-Slack-Request-Timestamp";
    public const string SignatureHeader = "X-Slack-Signature";

    /// <summary>A request that was recorded must not be played again later.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public static bool IsRight(string secret, string timestamp, string signature, string body, DateTimeOffset now)
    {
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ||
            Math.Abs(now.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds)
        {
            return false;
        }

        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"v0:{timestamp}:{body}"));
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes($"v0={Convert.ToHexStringLower(mac)}"), Encoding.UTF8.GetBytes(signature));
    }
}
