using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Correlation.Silo.Hosting;

/// <summary>
/// What this service shows to who speaks TLS to it: what its files held when they were last looked at and fitted
/// together.
/// </summary>
public sealed class ServerCertificate
{
    private readonly string _certificate;
    private readonly string _key;
    private volatile Pair _shown;

    private ServerCertificate(string certificate, string key) =>
        (_certificate, _key, _shown) = (certificate, key, new Files(certificate, key).Read());

    /// <summary>With its private key.</summary>
    public X509Certificate2 Own => _shown.Context.TargetCertificate;

    /// <summary>What else the file has: the certificates between this one and a root.</summary>
    public X509Certificate2Collection Chain => _shown.Chain;

    /// <summary>Both of them, for one handshake.</summary>
    public SslStreamCertificateContext Context => _shown.Context;

    /// <param name="certificate">Path of a PEM file, the service's own certificate first.</param>
    /// <param name="key">Path of the PEM file of its key, without a password; empty when it is in the same
    /// file.</param>
    /// <exception cref="SettingException">A file cannot be read, or does not hold what it should; it names the
    /// setting.</exception>
    public static ServerCertificate Read(string certificate, string key) => new(certificate, key);

    /// <summary>
    /// Shows what the files hold now. Connections that are open keep what they were shown. It compares contents: a
    /// link that was turned to another file may have any time.
    /// </summary>
    /// <returns>Whether that is something else than before.</returns>
    /// <exception cref="SettingException">As <see cref="Read"/> says; what was shown goes on being shown.</exception>
    public bool Renew()
    {
        var files = new Files(_certificate, _key);
        if (files.Fingerprint == _shown.Fingerprint)
        {
            return false;
        }

        _shown = files.Read();
        return true;
    }

    /// <summary>The two of one look.</summary>
    private sealed class Files(string certificate, string key)
    {
        private readonly string _own = Text("CORRELATION_TLS_CERTIFICATE", certificate);
        private readonly string? _secret = key.Length > 0 ? Text("CORRELATION_TLS_KEY", key) : null;

        public string Fingerprint =>
            Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{_own}\n{_secret}")));

        public Pair Read()
        {
            var all = new X509Certificate2Collection();
            try
            {
                all.ImportFromPem(_own);
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

            X509Certificate2Collection chain = [.. all.Skip(1)];
            try
            {
                var own = X509Certificate2.CreateFromPem(_own, _secret ?? _own);
                return new Pair(Fingerprint, SslStreamCertificateContext.Create(own, chain, offline: true), chain);
            }
            catch (Exception wrong) when (wrong is CryptographicException or ArgumentException)
            {
                throw new SettingException(
                    "CORRELATION_TLS_KEY must name the PEM file of the key of CORRELATION_TLS_CERTIFICATE, without a password; " +
                    $"{(_secret is not null ? $"'{key}' does not hold it" : $"it is not set, and '{certificate}' holds none")}: {wrong.Message}");
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

    /// <param name="Fingerprint">Of both files: no text of a key is kept.</param>
    private sealed record Pair(
        string Fingerprint, SslStreamCertificateContext Context, X509Certificate2Collection Chain);
}
