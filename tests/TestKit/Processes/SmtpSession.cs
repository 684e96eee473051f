using System.Text;

namespace Correlation.TestKit.Processes;

/// <summary>
/// One connection to the SMTP sink: RFC 5321 with AUTH (RFC 4954) and STARTTLS (RFC 3207), strict about order.
/// </summary>
internal sealed class SmtpSession(SmtpSink sink, SmtpLines lines)
{
    private readonly List<string> _recipients = [];
    private bool _greeted;
    private bool _secured;
    private string? _user;
    private string? _sender;

    private bool MustAuthenticate => sink.Settings.User is not null && _user is null;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var open = await ReplyAsync(SmtpStep.Greeting, "220 127.0.0.1 ESMTP sink", cancellationToken);
            while (open && await lines.ReadAsync(cancellationToken) is { } line)
            {
                open = await ObeyAsync(line, cancellationToken);
            }
        }
        catch (SmtpViolationException violation)
        {
            sink.Note($"violation: {violation.Message}");
            await lines.WriteAsync($"554 5.5.2 {violation.Message}", cancellationToken);
        }
        catch (SmtpDroppedException)
        {
            sink.Note("dropped by plan");
        }
    }

    /// <returns>Whether the conversation goes on.</returns>
    private async Task<bool> ObeyAsync(string line, CancellationToken cancellationToken)
    {
        var verb = line.Split(' ', 2)[0].ToUpperInvariant();
        var rest = line[verb.Length..].Trim();
        sink.Note(verb == "AUTH" ? $"AUTH {rest.Split(' ')[0]}" : line);
        switch (verb)
        {
            case "EHLO" or "HELO":
                return await HelloAsync(verb, rest, cancellationToken);
            case "STARTTLS":
                return await StartTlsAsync(cancellationToken);
            case "AUTH":
                return await AuthenticateAsync(rest, cancellationToken);
            case "MAIL":
                return await MailAsync(rest, cancellationToken);
            case "RCPT":
                return await RecipientAsync(rest, cancellationToken);
            case "DATA":
                return await DataAsync(cancellationToken);
            case "RSET":
                Forget();
                return await SayAsync("250 2.0.0 forgotten", cancellationToken);
            case "NOOP":
                return await SayAsync("250 2.0.0 nothing done", cancellationToken);
            case "QUIT":
                await SayAsync("221 2.0.0 bye", cancellationToken);
                return false;
            default:
                return await SayAsync("500 5.5.1 unknown command", cancellationToken);
        }
    }

    private async Task<bool> HelloAsync(string verb, string name, CancellationToken cancellationToken)
    {
        if (name.Length == 0)
        {
            return await SayAsync($"501 5.5.4 {verb} needs a name", cancellationToken);
        }

        Forget();
        var extensions = new List<string> { "PIPELINING", "SIZE 10485760", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES" };
        if (sink.Settings.StartTls && !_secured)
        {
            extensions.Add("STARTTLS");
        }

        if (sink.Settings.User is not null && IsSecureEnough)
        {
            extensions.Add($"AUTH {sink.Settings.Ways}");
        }

        var reply = verb == "HELO"
            ? "250 127.0.0.1"
            : string.Join("\r\n", extensions[..^1].Prepend("127.0.0.1").Select(text => $"250-{text}"))
                + $"\r\n250 {extensions[^1]}";
        _greeted = await ReplyAsync(SmtpStep.Hello, reply, cancellationToken);
        return true;
    }

    private bool IsSecureEnough => _secured || !sink.Settings.StartTls;

    private async Task<bool> StartTlsAsync(CancellationToken cancellationToken)
    {
        if (!sink.Settings.StartTls || _secured)
        {
            return await SayAsync("502 5.5.1 STARTTLS is not offered", cancellationToken);
        }

        if (lines.HasMore)
        {
            // Whatever follows in clear would be obeyed as if it had come over TLS.
            throw new SmtpViolationException("commands sent behind STARTTLS");
        }

        if (!await ReplyAsync(SmtpStep.StartTls, "220 2.0.0 go ahead", cancellationToken))
        {
            return true;
        }

        await lines.SecureAsync(sink.Certificate, cancellationToken);
        _secured = true;
        _greeted = false;
        Forget();
        return true;
    }

    private async Task<bool> AuthenticateAsync(string rest, CancellationToken cancellationToken)
    {
        if (!_greeted || _user is not null || sink.Settings.User is null)
        {
            return await SayAsync("503 5.5.1 AUTH is not due", cancellationToken);
        }

        if (!IsSecureEnough)
        {
            return await SayAsync("538 5.7.11 AUTH needs STARTTLS first", cancellationToken);
        }

        var user = await SmtpAuthentication.AskAsync(lines, rest, sink.Settings, cancellationToken);
        if (user is null)
        {
            return await SayAsync("535 5.7.8 user or password is wrong", cancellationToken);
        }

        if (await ReplyAsync(SmtpStep.Auth, "235 2.7.0 welcome", cancellationToken))
        {
            _user = user;
        }

        return true;
    }

    private async Task<bool> MailAsync(string rest, CancellationToken cancellationToken)
    {
        if (!_greeted || _sender is not null)
        {
            return await SayAsync("503 5.5.1 MAIL is not due", cancellationToken);
        }

        if (MustAuthenticate)
        {
            return await SayAsync("530 5.7.0 authenticate first", cancellationToken);
        }

        if (AddressAfter("FROM:", rest) is not { } sender)
        {
            return await SayAsync("501 5.5.4 write MAIL FROM:<address>", cancellationToken);
        }

        if (await ReplyAsync(SmtpStep.Mail, "250 2.1.0 sender taken", cancellationToken))
        {
            _sender = sender;
        }

        return true;
    }

    private async Task<bool> RecipientAsync(string rest, CancellationToken cancellationToken)
    {
        if (_sender is null)
        {
            return await SayAsync("503 5.5.1 RCPT is not due", cancellationToken);
        }

        if (AddressAfter("TO:", rest) is not { Length: > 0 } recipient)
        {
            return await SayAsync("501 5.5.4 write RCPT TO:<address>", cancellationToken);
        }

        if (await ReplyAsync(SmtpStep.Recipient, "250 2.1.5 recipient taken", cancellationToken))
        {
            _recipients.Add(recipient);
        }

        return true;
    }

    private async Task<bool> DataAsync(CancellationToken cancellationToken)
    {
        if (_recipients.Count == 0)
        {
            return await SayAsync("503 5.5.1 DATA is not due", cancellationToken);
        }

        if (!await ReplyAsync(SmtpStep.Data, "354 end with a dot alone", cancellationToken))
        {
            return true;
        }

        var content = new StringBuilder();
        while (await lines.ReadAsync(cancellationToken) is { } line)
        {
            if (line == ".")
            {
                return await TakeAsync(content.ToString(), cancellationToken);
            }

            content.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        sink.Note("cut off inside the message");
        return false;
    }

    private async Task<bool> TakeAsync(string content, CancellationToken cancellationToken)
    {
        var mail = new ReceivedMail(
            _sender!, [.. _recipients], content, _secured, _user, TimeProvider.System.GetUtcNow());
        Forget();

        // Recorded before the reply, so that whoever has the reply finds it; and recorded when the reply is to get
        // lost.
        var reply = sink.NextReply(SmtpStep.Message);
        if (reply.Code < 400)
        {
            sink.Take(mail);
        }

        await GiveAsync(reply, "250 2.0.0 taken", cancellationToken);
        return true;
    }

    private void Forget()
    {
        _sender = null;
        _recipients.Clear();
    }

    private static string? AddressAfter(string keyword, string rest)
    {
        var end = rest.IndexOf('>', StringComparison.Ordinal);
        return end > 0 && rest.StartsWith($"{keyword}<", StringComparison.OrdinalIgnoreCase)
            ? rest[(keyword.Length + 1)..end]
            : null;
    }

    private async Task<bool> SayAsync(string line, CancellationToken cancellationToken)
    {
        await lines.WriteAsync(line, cancellationToken);
        return true;
    }

    /// <returns>Whether the usual reply was given, and with it the step taken.</returns>
    private Task<bool> ReplyAsync(SmtpStep step, string usual, CancellationToken cancellationToken) =>
        GiveAsync(sink.NextReply(step), usual, cancellationToken);

    private async Task<bool> GiveAsync(SmtpReply reply, string usual, CancellationToken cancellationToken)
    {
        if (reply == SmtpReply.Drop)
        {
            throw new SmtpDroppedException();
        }

        if (reply == SmtpReply.Hang)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        await lines.WriteAsync(reply == SmtpReply.Usual ? usual : $"{reply.Code} {reply.Text}", cancellationToken);
        return reply == SmtpReply.Usual;
    }
}
