using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Correlation.Silo.Hosting;

/// <summary>What this service shows to who speaks TLS to it, read once at the start.</summary>
public sealed class ServerCertificate
{
    private ServerCertificate(X509Certificate2 own, X509Certificate2Collection chain) => (Own, Chain) = (own, chain);

    /// <summary>With its private key.</summary>
    public X509Certificate2 Own { get; }

    /// <summary>What else the file has: the certificates between this one and a root.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <param name="certificate">Path of a PEM file, the service's own certificate first.</param>
    /// <param name="key">Path of the PEM file of its key, without a password; empty when it is in the same
    /// file.</param>
    /// <exception cref="SettingException">A file cannot be read, or does not hold what it should; it names the
    /// setting.</exception>
    public static ServerCertificate Read(string certificate, string key)
    {
        var own = Text("CORRELATION_TLS_CERTIFICATE", certificate);
        var secret = key.Length > 0 ? Text("CORRELATION_TLS_KEY", key) : own;
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(own);
        }
        catch (CryptographicException wrong)
        {
            throw new SettingException($"CORRELATION_TLS_CERTIFICATE must name a PEM file of a certificate; '{certificate}' holds none that can be read: {wrong.Message}");
        }

        if (all.Count == 0)
        {
            throw new SettingException(
                $"CORRELATION_TLS_CERTIFICATE must name a PEM file of a certificate; '{certificate}' holds none.");
        }

        try
        {
            return new ServerCertificate(X509Certificate2.CreateFromPem(own, secret), [.. all.Skip(1)]);
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException)
        {
            throw new SettingException(
                "CORRELATION_TLS_KEY must name the PEM file of the key of CORRELATION_TLS_CERTIFICATE, without a password; " +
                $"{(key.Length > 0 ? $"'{key}' does not hold it" : $"it is not set, and '{certificate}' holds none")}: {wrong.Message}");
        }
    }

    private static string Text(string setting, string path)
    {
        if (path.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            // The key itself, perhaps: it must not get into a log.
            throw new SettingException($"{setting} must be the path of a PEM file, and not what is in it.");
        }

        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception cannotRead) when (cannotRead is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{setting} must name a PEM file that can be read: {cannotRead.Message}");
        }
    }
}
