using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Correlation.Silo.Hosting;

namespace Correlation.Silo.Cluster;

/// <summary>How the other processes on the database know this one.</summary>
/// <param name="Id">Eight hexadecimal digits, made anew at each start.</param>
/// <param name="Address">Where the others reach it.</param>
/// <param name="MayOwn">It takes over when nobody runs the database.</param>
/// <param name="StartedAt">By the machine's clock.</param>
public sealed record ThisProcess(string Id, string Name, string Address, bool MayOwn, DateTimeOffset StartedAt)
{
    /// <summary>
    /// Lets the others hand commands to this one while it is the owner: they read it in the database.
    /// </summary>
    public string Secret { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>
    /// The same in processes with the same API key and answer secret, and says nothing of either. Null when they have
    /// none.
    /// </summary>
    public string? KeysMark { get; private init; }

    /// <summary>Without the secret.</summary>
    public override string ToString() => Name;

    public static ThisProcess Of(SiloSettings settings) => new(
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)),
        string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}"),
        settings.AdvertisedUrl,
        settings.Roles != SiloSettings.GatewayRole,
        StartOfProcess())
    {
        KeysMark = settings.ApiKey.Length == 0 || settings.AnswerSecret.Length == 0
            ? null
            : MarkOf(settings.ApiKey, settings.AnswerSecret),
    };

    private static string MarkOf(string apiKey, string answerSecret) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(answerSecret), Encoding.UTF8.GetBytes("the keys of processes on one database: " + apiKey))[..8]);

    private static DateTimeOffset StartOfProcess()
    {
        using var process = Process.GetCurrentProcess();
        return process.StartTime.ToUniversalTime();
    }
}
