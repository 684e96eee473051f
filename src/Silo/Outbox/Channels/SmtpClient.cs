using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Correlation.Silo.Outbox.Channels;

public enum StartTls : byte
{
    Required = 1,

    /// <summary>When the server offers it; a password is not sent without it.</summary>
    Optional = 2,
    Never = 3,
}

/// <param name="CaFile">PEM file of the only authorities to trust; null trusts those of the machine.</param>
public sealed record SmtpServer(string Host, int Port, StartTls Tls, string? User, string? Password, string? CaFile);

/// <summary>
/// One message over one SMTP connection (RFC 5321, STARTTLS RFC 3207, AUTH RFC 4954). Stands in for MailKit, which the
/// package registry does not have. System.Net.Mail does not say whether a broken connection had taken the message.
/// Every wait is bounded by the caller's token. Other failures than a refusal are <see cref="IOException"/>,
/// <see cref="SocketException"/> and <see cref="System.Security.Authentication.AuthenticationException"/>.
/// </summary>
public sealed class SmtpClient : IDisposable
{
    private const int LongestLine = 2048;
    private const int MostLines = 100;
    private const string Recipient = "RCPT TO";

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[4096];
    private Stream _stream = Stream.Null;
    private int _start;
    private int _end;

    /// <summary>
    /// The end of the message is on its way: whoever fails from here on does not know whether it was taken.
    /// </summary>
    public bool MayHaveArrived { get; private set; }

    /// <summary>Connects, greets, and secures and authenticates as the server is configured.</summary>
    /// <exception cref="SmtpRefusedException">The server refused, or does not offer what must be had.</exception>
    public async Task ConnectAsync(SmtpServer server, CancellationToken cancellationToken)
    {
        await _socket.ConnectAsync(server.Host, server.Port, cancellationToken);
        _stream = new NetworkStream(_socket);
        await ExpectAsync("the greeting", "220", cancellationToken);
        var offers = await HelloAsync(cancellationToken);
        var isOffered = offers.Contains("STARTTLS", StringComparer.OrdinalIgnoreCase);
        if (server.Tls == StartTls.Required && !isOffered)
        {
            throw new SmtpRefusedException(
                false, "does not offer STARTTLS: set 'tls' to optional or never if that is right");
        }

        var isSecure = server.Tls != StartTls.Never && isOffered;
        if (isSecure)
        {
            await SecureAsync(server, cancellationToken);
            offers = await HelloAsync(cancellationToken);
        }

        if (server.User is null)
        {
            return;
        }

        if (!isSecure && server.Tls != StartTls.Never)
        {
            throw new SmtpRefusedException(
                false,
                "does not offer STARTTLS, and the password is not sent in clear: set 'tls' to never if it may be");
        }

        await AuthenticateAsync(server.User, server.Password ?? "", offers, cancellationToken);
    }

    /// <summary>Hands the message over; when it returns, the server has taken it.</summary>
    /// <param name="message">Headers and body with CRLF line ends.</param>
    /// <exception cref="SmtpRefusedException">Surely not taken, also after the end of the message.</exception>
    public async Task SendAsync(
        string from, string to, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        await SayAsync($"MAIL FROM:<{from}>", cancellationToken);
        await ExpectAsync("MAIL FROM", "2", cancellationToken);
        await SayAsync($"RCPT TO:<{to}>", cancellationToken);
        await ExpectAsync(Recipient, "2", cancellationToken);
        await SayAsync("DATA", cancellationToken);
        await ExpectAsync("DATA", "354", cancellationToken);
        await _stream.WriteAsync(Stuffed(message.Span), cancellationToken);
        await _stream.FlushAsync(cancellationToken);

        MayHaveArrived = true;
        await SayAsync(".", cancellationToken);
        await ExpectAsync("the message", "2", cancellationToken);
    }

    /// <summary>Takes leave. False when the server had hung up first, which it may once it has the message.</summary>
    public async Task<bool> QuitAsync()
    {
        try
        {
            // Not cancelled: what is delivered shall not look as if it were not. Six bytes wait for nobody.
            await SayAsync("QUIT", CancellationToken.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private async Task<IReadOnlyList<string>> HelloAsync(CancellationToken cancellationToken)
    {
        // Our address as a literal: a host name would have to be one that resolves.
        var address = ((IPEndPoint)_socket.LocalEndPoint!).Address;
        var own = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var prefix = own.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6:" : "";
        await SayAsync($"EHLO [{prefix}{own}]", cancellationToken);
        return await ExpectAsync("EHLO", "250", cancellationToken);
    }

    private async Task SecureAsync(SmtpServer server, CancellationToken cancellationToken)
    {
        await SayAsync("STARTTLS", cancellationToken);
        await ExpectAsync("STARTTLS", "220", cancellationToken);
        if (_start < _end)
        {
            // Said in clear, by whoever is on the line, to be taken for what the secured server says.
            throw new IOException("The server went on talking in clear after STARTTLS.");
        }

        var secured = new SslStream(_stream);
        _stream = secured;
        await secured.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = server.Host,
                CertificateChainPolicy = server.CaFile is null ? null : TrustOnly(server.CaFile),
            },
            cancellationToken);
    }

    private static X509ChainPolicy TrustOnly(string caFile)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(caFile);
        return policy;
    }

    private async Task AuthenticateAsync(
        string user, string password, IReadOnlyList<string> offers, CancellationToken cancellationToken)
    {
        var ways = offers
            .Where(offer => offer.StartsWith("AUTH", StringComparison.OrdinalIgnoreCase))
            .SelectMany(offer => offer.Split([' ', '=']))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (ways.Contains("PLAIN"))
        {
            await SayAsync($"AUTH PLAIN {Base64($"\0{user}\0{password}")}", cancellationToken);
        }
        else if (ways.Contains("LOGIN"))
        {
            await SayAsync("AUTH LOGIN", cancellationToken);
            await ExpectAsync("AUTH", "334", cancellationToken);
            await SayAsync(Base64(user), cancellationToken);
            await ExpectAsync("AUTH", "334", cancellationToken);
            await SayAsync(Base64(password), cancellationToken);
        }
        else
        {
            throw new SmtpRefusedException(
                false, "offers neither AUTH PLAIN nor AUTH LOGIN: remove 'username' if it wants none");
        }

        await ExpectAsync("AUTH", "235", cancellationToken);
    }

    /// <summary>Reads one reply.</summary>
    /// <param name="code">What its code must begin with.</param>
    /// <returns>Its lines without the code.</returns>
    private async Task<IReadOnlyList<string>> ExpectAsync(string what, string code, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (true)
        {
            var line = await ReadLineAsync(cancellationToken);
            if (line.Length < 3 || lines.Count == MostLines || line.AsSpan(0, 3).ContainsAnyExceptInRange('0', '9'))
            {
                throw new IOException("The server answers in another protocol than SMTP.");
            }

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length > 3 && line[3] == '-')
            {
                continue;
            }

            if (line.StartsWith(code, StringComparison.Ordinal))
            {
                return lines;
            }

            if (line[0] is not ('4' or '5'))
            {
                throw new IOException($"The server answered {what} with an unexpected {line[..3]}.");
            }

            // A server may repeat the line it did not understand, and that of AUTH holds the password.
            var said = what == "AUTH" ? "" : $" {string.Join(' ', lines)}";
            throw new SmtpRefusedException(line[0] == '4', $"answered {what} with {line[..3]}{said}")
            {
                OfAddress = what == Recipient && IsOfAddress(line),
            };
        }
    }

    /// <summary>
    /// For good, and of this mailbox alone: it is not there, has moved, is full or is spelled wrong. Not what a server
    /// refuses by its own rules, such as to relay at all (554, any code with a 5.7 behind it, or a word of relaying).
    /// </summary>
    private static bool IsOfAddress(string line) =>
        line[..3] is "501" or "550" or "551" or "552" or "553" or "556" &&
        !line.AsSpan(3).TrimStart([' ', '-']).StartsWith("5.7") &&
        !WithoutAddress(line).Contains("relay", StringComparison.OrdinalIgnoreCase);

    /// <summary>A server may repeat the mailbox, whose name says nothing of the server.</summary>
    private static string WithoutAddress(string line) =>
        line.IndexOf('<', StringComparison.Ordinal) is var from and >= 0 && line.IndexOf('>', from) is var to and > 0
            ? line.Remove(from, to - from)
            : line;

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await _stream.ReadAsync(_received, cancellationToken);
                if (_end == 0)
                {
                    throw new EndOfStreamException("The server closed the connection.");
                }
            }

            var character = (char)_received[_start++];
            if (character == '\n')
            {
                return line.ToString();
            }

            if (line.Length == LongestLine)
            {
                throw new IOException("The server answers in another protocol than SMTP.");
            }

            if (character != '\r')
            {
                line.Append(character is >= ' ' and <= '~' ? character : '?');
            }
        }
    }

    private async Task SayAsync(string line, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    /// <summary>
    /// A line that begins with a dot gets another, so that none is taken for the end; the last line is ended.
    /// </summary>
    private static byte[] Stuffed(ReadOnlySpan<byte> message)
    {
        var stuffed = new List<byte>(message.Length + 16);
        var atLineStart = true;
        foreach (var b in message)
        {
            if (atLineStart && b == '.')
            {
                stuffed.Add((byte)'.');
            }

            stuffed.Add(b);
            atLineStart = b == '\n';
        }

        if (!atLineStart)
        {
            stuffed.AddRange("\r\n"u8);
        }

        return [.. stuffed];
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}

/// <param name="temporary">Trying again may help.</param>
/// <param name="message">What the server did, to go on after its name.</param>
public sealed class SmtpRefusedException(bool temporary, string message) : Exception(message)
{
    public bool Temporary { get; } = temporary;

    /// <summary>Of the mailbox, and not of the server.</summary>
    public bool OfAddress { get; init; }
}
