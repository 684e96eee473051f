using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Correlation.TestKit.Processes;

/// <summary>
/// The lines of one SMTP connection, in clear and, once secured, over TLS. A character is a byte (Latin-1).
/// </summary>
internal sealed class SmtpLines(Stream stream) : IAsyncDisposable
{
    private const int LongestLine = 1000;

    private readonly byte[] _buffer = new byte[4096];
    private Stream _stream = stream;
    private int _start;
    private int _end;

    /// <summary>Bytes that were sent ahead of our reply.</summary>
    public bool HasMore => _start < _end;

    /// <summary>The next line without its CRLF; null when the connection ended.</summary>
    /// <exception cref="SmtpViolationException">A bare LF or CR, or a line longer than RFC 5321 allows.</exception>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (!HasMore)
            {
                (_start, _end) = (0, await _stream.ReadAsync(_buffer, cancellationToken));
                if (_end == 0)
                {
                    return null;
                }
            }

            line.Append((char)_buffer[_start++]);
            if (line[^1] == '\n')
            {
                return WithoutEnd(line);
            }

            if (line.Length > LongestLine)
            {
                throw new SmtpViolationException($"a line of more than {LongestLine} bytes");
            }
        }
    }

    public Task WriteAsync(string line, CancellationToken cancellationToken) =>
        _stream.WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"), cancellationToken).AsTask();

    public async Task SecureAsync(X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        var secured = new SslStream(_stream);
        _stream = secured;
        var options = new SslServerAuthenticationOptions { ServerCertificate = certificate };
        await secured.AuthenticateAsServerAsync(options, cancellationToken);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static string WithoutEnd(StringBuilder line)
    {
        var text = line.ToString();
        if (!text.EndsWith("\r\n", StringComparison.Ordinal))
        {
            throw new SmtpViolationException("a line feed without a carriage return");
        }

        return text.IndexOf('\r', StringComparison.Ordinal) == text.Length - 2
            ? text[..^2]
            : throw new SmtpViolationException("a carriage return without a line feed");
    }
}

/// <summary>The client broke the protocol in a way that real servers end the connection for.</summary>
internal sealed class SmtpViolationException(string what) : Exception(what);

/// <summary>The test planned that the connection is cut here.</summary>
internal sealed class SmtpDroppedException : Exception;
