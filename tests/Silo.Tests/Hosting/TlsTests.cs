using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Correlation.Gateway.Keys;
using Correlation.Silo.Cluster;
using Correlation.Silo.Hosting;
using Correlation.TestKit.Processes;
using Correlation.TestKit.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using SiloSettings = Correlation.Silo.Hosting.SiloSettings;

namespace Correlation.Silo.Tests.Hosting;

public sealed class TlsTests : IDisposable
{
    private readonly TempFolder _folder = new("tls");
    private readonly string _url = $"https://127.0.0.1:{FreePort.Next()}";
    private readonly X509Certificate2 _root = Signed("a root of this test", null);
    private readonly X509Certificate2 _own;

    public TlsTests()
    {
        _own = Signed("127.0.0.1", _root);
        File.WriteAllText(Certificate, _own.ExportCertificatePem());
        File.WriteAllText(Key, _own.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    private string Certificate => _folder.PathOf("own.pem");

    private string Key => _folder.PathOf("own.key");

    [Fact]
    public async Task The_service_answers_over_TLS_with_the_certificate_of_the_operator()
    {
        await using var app = ServeCommand.Build(
            Read() with { Data = _folder.PathOf("data") }, new AdministratorKey(new string('0', 64)));
        await app.StartAsync();

        Assert.Equal("""{"status":"ok"}""", await AskAsync("/healthz"));

        await app.StopAsync();
    }

    [Fact]
    public async Task So_does_who_waits_for_the_database()
    {
        var settings = Read() with { Database = "Host=127.0.0.1;Database=nobody" };
        await using var server = StandbyServer.Start(settings, ThisProcess.Of(settings));

        Assert.Equal("""{"status":"ok"}""", await AskAsync("/healthz"));
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_without_a_restart_and_with_what_is_between_it_and_the_root()
    {
        var settings = Read() with { Data = _folder.PathOf("data") };
        await using var app = ServeCommand.Build(settings, new AdministratorKey(new string('0', 64)));
        await app.StartAsync();
        Assert.Equal(_own.Thumbprint, await ShownAsync());
        using var between = Signed("between", _root, isAuthority: true);
        using var renewed = Signed("127.0.0.1", between);
        var watch = app.Services.GetServices<IHostedService>().OfType<CertificateWatch>().Single();

        // The key follows: until then they do not fit together.
        await File.WriteAllTextAsync(Certificate, renewed.ExportCertificatePem() + "\n" + between.ExportCertificatePem());
        watch.Look();
        Assert.Equal(_own.Thumbprint, await ShownAsync());

        await File.WriteAllTextAsync(Key, renewed.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        watch.Look();
        Assert.Equal(renewed.Thumbprint, await ShownAsync());

        await app.StopAsync();
    }

    [Fact]
    public async Task The_files_are_looked_at_again_and_again()
    {
        var (clock, shown) = (new ManualClock(DateTimeOffset.UnixEpoch), Read().Tls!);
        using var watch = new CertificateWatch(shown, clock, NullLogger<CertificateWatch>.Instance);
        await watch.StartAsync(CancellationToken.None);
        File.Delete(Certificate);
        clock.Advance(CertificateWatch.Interval);
        using var renewed = Signed("127.0.0.1", _root);
        await File.WriteAllTextAsync(Key, renewed.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(Certificate, renewed.ExportCertificatePem());

        await Poll.UntilAsync(
            () =>
            {
                clock.Advance(CertificateWatch.Interval);
                return shown.Own.Thumbprint == renewed.Thumbprint;
            },
            TimeSpan.FromSeconds(30),
            () => "the renewed certificate is shown");
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public void One_file_may_hold_both()
    {
        File.AppendAllText(Certificate, "\n" + _root.ExportCertificatePem() + "\n" + File.ReadAllText(Key));

        var tls = Read(key: "").Tls!;

        Assert.Equal(_own.Thumbprint, tls.Own.Thumbprint);
        Assert.True(tls.Own.HasPrivateKey);
        Assert.Equal(_root.Thumbprint, Assert.Single(tls.Chain).Thumbprint);
    }

    [Fact]
    public void An_https_address_without_a_certificate_is_refused_and_says_what_to_set() => Assert.Equal(
        "CORRELATION_URLS names an https address: set CORRELATION_TLS_CERTIFICATE and CORRELATION_TLS_KEY to the PEM files of its " +
            $"certificate and key; it is '{_url}'.",
        Refused(certificate: ""));

    [Fact]
    public void A_file_that_is_not_there_is_refused_by_the_name_of_its_setting()
    {
        Assert.Matches(
            "^CORRELATION_TLS_CERTIFICATE must name a PEM file that can be read: .*none.pem",
            Refused(_folder.PathOf("none.pem")));
        Assert.Matches(
            "^CORRELATION_TLS_KEY must name a PEM file that can be read: .*none.key",
            Refused(key: _folder.PathOf("none.key")));
    }

    [Fact]
    public void A_file_that_holds_something_else_is_refused_by_the_name_of_its_setting()
    {
        Assert.Matches(
            "^CORRELATION_TLS_CERTIFICATE must name a PEM file of a certificate; .*own.key' holds none", Refused(Key));
        Assert.Matches("^CORRELATION_TLS_KEY must name .*own.pem' does not hold it: ", Refused(key: Certificate));
        Assert.Matches(
            "^CORRELATION_TLS_KEY must name .*it is not set, and '.*own.pem' holds none: ", Refused(key: ""));
        using var other = RSA.Create(2048);
        File.WriteAllText(Key, other.ExportPkcs8PrivateKeyPem());
        Assert.Matches("^CORRELATION_TLS_KEY must name .*own.key' does not hold it: ", Refused());
    }

    public void Dispose()
    {
        _own.Dispose();
        _root.Dispose();
        _folder.Dispose();
    }

    private string Refused(string? certificate = null, string? key = null) =>
        Assert.Throws<SettingException>(() => Read(certificate, key)).Message;

    private SiloSettings Read(string? certificate = null, string? key = null) => SiloSettings.Read(name => name switch
    {
        "CORRELATION_URLS" => _url,
        "CORRELATION_CONFIG" => Repository.PathOf("deploy", "config"),
        "CORRELATION_TLS_CERTIFICATE" => certificate ?? Certificate,
        "CORRELATION_TLS_KEY" => key ?? Key,
        _ => null,
    });

    private async Task<string> AskAsync(string path)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = Trust();
        using var client = new HttpClient(handler);
        return await client.GetStringAsync(new Uri(_url + path));
    }

    /// <summary>The thumbprint of what a new connection is shown and trusts.</summary>
    private async Task<string> ShownAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(_url).Port);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            CertificateChainPolicy = Trust(),
        });
        using var shown = new X509Certificate2(stream.RemoteCertificate!);
        return shown.Thumbprint;
    }

    /// <summary>Trusts the root of this test alone, and checks the name as any client does.</summary>
    private X509ChainPolicy Trust() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { _root },
        RevocationMode = X509RevocationMode.NoCheck,
    };

    private static X509Certificate2 Signed(string name, X509Certificate2? by, bool isAuthority = false)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(by is null || isAuthority, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var (from, until) = (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        if (by is null)
        {
            return request.CreateSelfSigned(from, until);
        }

        using var issued = request.Create(by, from, until, RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }
}
