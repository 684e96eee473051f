using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Correlation.TestKit.Processes;

public sealed record SmtpSettings
{
    /// <summary>Offers STARTTLS, and AUTH only after it.</summary>
    public bool StartTls { get; init; }

    /// <summary>Who may send; null lets everybody.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>The ways of AUTH that are offered.</summary>
    public string Ways { get; init; } = "PLAIN LOGIN";
}

/// <summary>
/// A mail server on loopback that records whole messages. It holds its clients to the protocol: an order, a line end or
/// an address that a real server would refuse is refused.
/// </summary>
public sealed class SmtpSink : IAsyncDisposable
{
    private readonly Received<ReceivedMail> _mails = new();
    private readonly Received<string> _commands = new();
    private readonly Answers<SmtpStep, SmtpReply> _replies = new(SmtpReply.Usual);
    private readonly CancellationTokenSource _disposed = new();
    private readonly TcpListener _listener;
    private readonly List<Task> _sessions = [];
    private readonly Task _accepting;

    private SmtpSink(SmtpSettings settings)
    {
        Settings = settings;
        Certificate = SelfSigned();
        Port = FreePort.Next();
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>For 127.0.0.1 and localhost, made by itself: a client has to be told to trust it.</summary>
    public X509Certificate2 Certificate { get; }

    public IReadOnlyList<ReceivedMail> Mails => _mails.All;

    /// <summary>
    /// What clients said, without passwords and messages, and how their connections broke, in order of arrival.
    /// </summary>
    public IReadOnlyList<string> Commands => _commands.All;

    internal SmtpSettings Settings { get; }

    public static SmtpSink StartNew(SmtpSettings? settings = null) => new(settings ?? new SmtpSettings());

    /// <summary>Gives these replies at the step in turn, and the last one from then on.</summary>
    public void Reply(SmtpStep step, params SmtpReply[] replies) => _replies.Plan(step, replies);

    /// <inheritdoc cref="Received{T}.WaitForAsync(Func{T, bool}, TimeSpan, string)"/>
    public Task<ReceivedMail> WaitForAsync(Func<ReceivedMail, bool> wanted, TimeSpan deadline, string what) =>
        _mails.WaitForAsync(wanted, deadline, what);

    /// <summary>The first command, of those in <see cref="Commands"/>, that is wanted.</summary>
    public Task<string> WaitForCommandAsync(Func<string, bool> wanted, TimeSpan deadline, string what) =>
        _commands.WaitForAsync(wanted, deadline, what);

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_sessions);
        Certificate.Dispose();
        _disposed.Dispose();
    }

    internal SmtpReply NextReply(SmtpStep step) => _replies.Next(step);

    internal void Note(string command) => _commands.Add(command);

    internal void Take(ReceivedMail mail) => _mails.Add(mail);

    private async Task AcceptAsync()
    {
        while (!_disposed.IsCancellationRequested)
        {
            try
            {
                _sessions.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_disposed.Token)));
            }
            catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        await using var lines = new SmtpLines(client.GetStream());
        try
        {
            await new SmtpSession(this, lines).RunAsync(_disposed.Token);
        }
        catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
        {
            Note("ended with the sink");
        }
        catch (Exception broken) when (broken is IOException or System.Security.Authentication.AuthenticationException)
        {
            Note($"connection broken: {broken.Message}");
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
