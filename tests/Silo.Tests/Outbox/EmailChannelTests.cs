using System.Globalization;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Processes;
using Correlation.TestKit.Time;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

public sealed class EmailChannelTests : IDisposable
{
    private const string Password = "hunter2-hunter2";

    private readonly TempFolder _folder = new("email");
    private readonly EmailChannel _email = new(new ManualClock(Given.Start), Given.NoLinks);
    private readonly Delivery _page = Given.Page(Given.To("mail", "ann@example.org"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_page_arrives_as_an_email()
    {
        await using var sink = SmtpSink.StartNew();

        var result = await SendAsync(Mail(sink, ("tls", "never")));

        Assert.Equal(
            new AttemptResult(AttemptOutcome.Delivered, "127.0.0.1 took the e-mail to ann@example.org."), result);
        var mail = Assert.Single(sink.Mails);
        Assert.Equal("alerts@example.org", mail.Sender);
        Assert.Equal(["ann@example.org"], mail.Recipients);
        Assert.Equal("[P1] #42 Serving latency is high", mail.Subject);
        Assert.Equal($"<{_page.Id}@example.org>", mail.Header("Message-ID"));
        Assert.False(mail.Secured);
    }

    [Theory]
    [InlineData("PLAIN LOGIN", "AUTH PLAIN")]
    [InlineData("LOGIN", "AUTH LOGIN")]
    public async Task It_is_secured_before_it_authenticates(string offered, string used)
    {
        await using var sink = SmtpSink.StartNew(
            new SmtpSettings { StartTls = true, User = "correlation", Password = Password, Ways = offered });

        var result = await SendAsync(Mail(sink, Trusted(sink), ("username", "correlation"), ("password", Password)));

        Assert.Equal(AttemptOutcome.Delivered, result.Outcome);
        var mail = Assert.Single(sink.Mails);
        Assert.Equal((true, "correlation"), (mail.Secured, mail.User));
        Assert.Equal(["EHLO [127.0.0.1]", "STARTTLS", "EHLO [127.0.0.1]", used], sink.Commands.Take(4));
    }

    [Fact]
    public async Task A_server_nobody_vouches_for_gets_nothing()
    {
        await using var sink = SmtpSink.StartNew(new SmtpSettings { StartTls = true });

        var result = await SendAsync(Mail(sink));

        Assert.Equal(AttemptOutcome.Failed, result.Outcome);
        Assert.Contains("'ca_file'", result.Detail, StringComparison.Ordinal);
        Assert.Empty(sink.Mails);
    }

    [Fact]
    public async Task Where_TLS_is_required_nothing_is_sent_without()
    {
        await using var sink = SmtpSink.StartNew();

        var result = await SendAsync(Mail(sink));

        Assert.Equal(
            new AttemptResult(
                AttemptOutcome.Rejected,
                "127.0.0.1 does not offer STARTTLS: set 'tls' to optional or never if that is right."),
            result);
        Assert.DoesNotContain(sink.Commands, c => c.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_TLS_is_optional_it_is_used_when_offered(bool offered)
    {
        await using var sink = SmtpSink.StartNew(new SmtpSettings { StartTls = offered });

        var result = await SendAsync(Mail(sink, Trusted(sink), ("tls", "optional")));

        Assert.Equal(AttemptOutcome.Delivered, result.Outcome);
        Assert.Equal(offered, Assert.Single(sink.Mails).Secured);
    }

    /// <summary>Else whoever sits between strips the offer and reads the password.</summary>
    [Fact]
    public async Task Where_TLS_is_optional_the_password_is_not_sent_in_clear()
    {
        await using var sink = SmtpSink.StartNew(new SmtpSettings { User = "correlation", Password = Password });

        var result = await SendAsync(
            Mail(sink, ("tls", "optional"), ("username", "correlation"), ("password", Password)));

        Assert.Equal(AttemptOutcome.Rejected, result.Outcome);
        Assert.Contains("'tls'", result.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(sink.Commands, c => c.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_password_is_rejected_and_does_not_show()
    {
        await using var sink = SmtpSink.StartNew(new SmtpSettings { User = "correlation", Password = Password });
        sink.Reply(SmtpStep.Auth, new SmtpReply(535, $"no such user or password {Password}"));

        var result = await SendAsync(Mail(sink, ("tls", "never"), ("username", "correlation"), ("password", Password)));

        Assert.Equal(new AttemptResult(AttemptOutcome.Rejected, "127.0.0.1 answered AUTH with 535."), result);
    }

    [Theory]
    [InlineData(SmtpStep.Greeting, 421, AttemptOutcome.Failed)]
    [InlineData(SmtpStep.Greeting, 554, AttemptOutcome.Rejected)]
    [InlineData(SmtpStep.Hello, 502, AttemptOutcome.Rejected)]
    [InlineData(SmtpStep.Mail, 451, AttemptOutcome.Failed)]
    [InlineData(SmtpStep.Mail, 550, AttemptOutcome.Rejected)]
    [InlineData(SmtpStep.Recipient, 450, AttemptOutcome.Failed)]
    [InlineData(SmtpStep.Recipient, 550, AttemptOutcome.Rejected)]
    [InlineData(SmtpStep.Data, 452, AttemptOutcome.Failed)]
    [InlineData(SmtpStep.Data, 554, AttemptOutcome.Rejected)]
    [InlineData(SmtpStep.Message, 451, AttemptOutcome.Failed)]
    [InlineData(SmtpStep.Message, 552, AttemptOutcome.Rejected)]
    public async Task A_refusal_at_any_step_says_whether_to_try_again(SmtpStep step, int code, AttemptOutcome expected)
    {
        await using var sink = SmtpSink.StartNew();
        sink.Reply(step, new SmtpReply(code, "not now"));

        var result = await SendAsync(Mail(sink, ("tls", "never")));

        Assert.Equal(expected, result.Outcome);
        Assert.EndsWith($"with {code} not now.", result.Detail, StringComparison.Ordinal);
        Assert.Empty(sink.Mails);
    }

    /// <summary>
    /// The server reaches others: only the mailbox is at fault. A server that does not relay at all is at fault for
    /// everybody.
    /// </summary>
    [Theory]
    [InlineData(SmtpStep.Recipient, 550, "5.1.1 no such user", true)]
    [InlineData(SmtpStep.Recipient, 551, "user not local", true)]
    [InlineData(SmtpStep.Recipient, 552, "5.2.2 mailbox full", true)]
    [InlineData(SmtpStep.Recipient, 553, "mailbox name not allowed", true)]
    [InlineData(SmtpStep.Recipient, 554, "relay access denied", false)]
    [InlineData(SmtpStep.Recipient, 550, "5.7.1 relaying denied", false)]
    [InlineData(SmtpStep.Recipient, 550, "Relay not permitted", false)]
    [InlineData(SmtpStep.Recipient, 550, "<relay-team@example.com>: user unknown", true)]
    [InlineData(SmtpStep.Recipient, 450, "mailbox busy", false)]
    [InlineData(SmtpStep.Mail, 550, "not from you", false)]
    [InlineData(SmtpStep.Message, 550, "no spam", false)]
    public async Task A_mailbox_that_is_not_there_is_told_from_a_server_that_refuses(
        SmtpStep step, int code, string text, bool ofAddress)
    {
        await using var sink = SmtpSink.StartNew();
        sink.Reply(step, new SmtpReply(code, text));

        Assert.Equal(ofAddress, (await SendAsync(Mail(sink, ("tls", "never")))).OfAddress);
    }

    [Theory]
    [InlineData(SmtpStep.Greeting, AttemptOutcome.Failed)]
    [InlineData(SmtpStep.Hello, AttemptOutcome.Failed)]
    [InlineData(SmtpStep.Mail, AttemptOutcome.Failed)]
    [InlineData(SmtpStep.Recipient, AttemptOutcome.Failed)]
    [InlineData(SmtpStep.Data, AttemptOutcome.Failed)]
    [InlineData(SmtpStep.Message, AttemptOutcome.Unknown)]
    public async Task A_connection_lost_after_the_whole_message_leaves_it_unknown(
        SmtpStep step, AttemptOutcome expected)
    {
        await using var sink = SmtpSink.StartNew();
        sink.Reply(step, SmtpReply.Drop);

        var result = await SendAsync(Mail(sink, ("tls", "never")));

        Assert.Equal(expected, result.Outcome);
    }

    [Theory]
    [InlineData(SmtpStep.Recipient, "RCPT", AttemptOutcome.Failed)]
    [InlineData(SmtpStep.Message, "DATA", AttemptOutcome.Unknown)]
    public async Task A_server_that_hangs_is_left_in_time(SmtpStep step, string last, AttemptOutcome expected)
    {
        await using var sink = SmtpSink.StartNew();
        sink.Reply(step, SmtpReply.Hang);
        using var timeout = new CancellationTokenSource();

        var sending = _email.SendAsync(Mail(sink, ("tls", "never")), _page.Target, _page, timeout.Token);
        await sink.WaitForCommandAsync(
            c => c.StartsWith(last, StringComparison.Ordinal), Given.Deadline, $"{last} at the mail server");
        if (step == SmtpStep.Message)
        {
            await sink.WaitForAsync(_ => true, Given.Deadline, "the whole message at the mail server");
        }

        await timeout.CancelAsync();

        Assert.Equal(expected, (await sending).Outcome);
    }

    [Fact]
    public async Task A_server_that_is_not_there_has_surely_not_got_it()
    {
        var channel = Given.Channel(
            "mail", "email", ("host", "127.0.0.1"), ("port", Port(FreePort.Next())), ("from", "alerts@example.org"));

        var result = await SendAsync(channel);

        Assert.Equal(AttemptOutcome.Failed, result.Outcome);
        Assert.EndsWith("broke off: Connection refused", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_a_dot_does_not_end_the_message()
    {
        await using var sink = SmtpSink.StartNew();
        var page = _page with { Text = _page.Text with { Body = "before\n.\n..two\n.start\nafter" } };

        var result = await _email.SendAsync(Mail(sink, ("tls", "never")), page.Target, page, CancellationToken.None);

        Assert.Equal(AttemptOutcome.Delivered, result.Outcome);
        Assert.Contains(
            "before\r\n.\r\n..two\r\n.start\r\nafter\r\n", Assert.Single(sink.Mails).Content, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ann")]
    [InlineData("ann@example.org>\r\nRCPT TO:<all@example.org")]
    [InlineData("\"ann\r\nDATA\"@example.org")]
    [InlineData("jürgen@example.org")]
    public async Task An_address_that_could_say_more_than_an_address_is_rejected(string address)
    {
        await using var sink = SmtpSink.StartNew();

        var result = await _email.SendAsync(
            Mail(sink, ("tls", "never")), Given.To("mail", address), _page, CancellationToken.None);

        Assert.Equal(AttemptOutcome.Rejected, result.Outcome);
        Assert.Empty(sink.Commands);
    }

    [Fact]
    public void Wrong_settings_are_all_named_and_secrets_not_repeated()
    {
        var channel = Given.Channel(
            "mail", "email", ("port", "smtp"), ("tls", "yes"), ("to", "nobody"), ("password", Password),
            ("ca_file", "no.pem"), ("sender", "x"));

        var faults = _email.Check(channel.Settings).ToList();

        Assert.Equal(["sender", "port", "tls", "host", "from", "to", "password", "ca_file"], faults.Select(f => f.Key));
        Assert.DoesNotContain(faults, f => f.Message.Contains(Password, StringComparison.Ordinal));
    }

    private static Channel Mail(SmtpSink sink, params (string Key, string Value)[] more) => Given.Channel(
        "mail",
        "email",
        [("host", "127.0.0.1"), ("port", Port(sink.Port)), ("from", "Correlation <alerts@example.org>"), .. more]);

    private static string Port(int port) => port.ToString(CultureInfo.InvariantCulture);

    private (string Key, string Value) Trusted(SmtpSink sink) =>
        ("ca_file", _folder.Write("ca.pem", sink.Certificate.ExportCertificatePem()));

    private async Task<AttemptResult> SendAsync(Channel channel)
    {
        using var timeout = new CancellationTokenSource(Given.Deadline);
        return await _email.SendAsync(channel, _page.Target, _page, timeout.Token);
    }
}
