using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Changes;

/// <summary>
/// MLflow's signature of its webhooks (v1): HMAC-SHA256 under the secret's own text, over delivery id, time and body.
/// Like Standard Webhooks, but with headers of its own and a secret that is not base64.
/// </summary>
internal static class MlflowSignature
{
    public const string IdHeader = "X-MLflow-Delivery-Id";
    public const string TimestampHeader = "X-MLflow-Timestamp";
    public const string SignatureHeader = "X-MLflow-Signature";

    private const string Version = "v1,";

    /// <summary>
    /// MLflow tries a delivery again for minutes, with the time at which it made it; what was recorded is not played
    /// later.
    /// </summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(10);

    public static bool IsRight(string secret, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var (id, timestamp) = (headers[IdHeader].ToString(), headers[TimestampHeader].ToString());
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ||
            Math.Abs((now.ToUnixTimeSeconds() - (decimal)seconds)) > (decimal)Tolerance.TotalSeconds)
        {
            return false;
        }

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var mac = Version + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(mac), Encoding.UTF8.GetBytes(headers[SignatureHeader].ToString()));
    }
}
