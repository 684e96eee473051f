using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Correlation.TestKit.Processes;

namespace Correlation.Silo.Tests.TestKit;

/// <summary>A client of the SMTP sink that says what it is told, right or wrong.</summary>
internal sealed class SmtpTalk : IAsyncDisposable
{
    private readonly List<string> _heard = [];
    private Stream _stream;
    private StreamReader _reader;

    private SmtpTalk(Stream stream)
    {
        _stream = stream;
        _reader = new StreamReader(stream, Encoding.Latin1);
    }

    /// <summary>The lines of the last reply, each as "250 TEXT".</summary>
    public IReadOnlyList<string> Heard => _heard;

    public static async Task<SmtpTalk> StartAsync(SmtpSink sink)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, sink.Port);
        var talk = new SmtpTalk(client.GetStream());
        await talk.ReadAsync();
        return talk;
    }

    /// <returns>The code of the reply to the last line.</returns>
    public async Task<string?> SayAsync(params string[] lines)
    {
        string? code = null;
        foreach (var line in lines)
        {
            await WriteAsync(line + "\r\n");
            code = await ReadAsync();
        }

        return code;
    }

    public Task WriteAsync(string text) => _stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    /// <returns>The code of a reply of one or many lines; null when the connection has ended.</returns>
    public async Task<string?> ReadAsync()
    {
        _heard.Clear();
        while (await _reader.ReadLineAsync() is { } line)
        {
            _heard.Add($"{line[..3]} {line[4..]}");
            if (line[3] == ' ')
            {
                return line[..3];
            }
        }

        return null;
    }

    public async Task SecureAsync(X509Certificate2 trusted)
    {
        var secured = new SslStream(_stream);
        await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { trusted },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        });
        _stream = secured;
        _reader = new StreamReader(secured, Encoding.Latin1);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
