using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Silo.Tests.TestKit;

public sealed class SmtpSinkTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_mail_of_the_frameworks_client_arrives_readable()
    {
        await using var sink = SmtpSink.StartNew();
        using var client = new SmtpClient("127.0.0.1", sink.Port);
        using var message = new MailMessage("correlation@example.org", "ada@example.org")
        {
            Subject = "[P1] Modell-Qualität fällt: churn_model, und das in einer Zeile, die für ein Wort zu lang ist",
            Body = "Accuracy dropped from 0.90 to 0.82.\r\n.\r\n..zwei Punkte am Anfang, Qualität = schlecht\r\n",
        };
        message.To.Add("bob@example.org");

        await client.SendMailAsync(message);

        var mail = Assert.Single(sink.Mails);
        Assert.Equal("correlation@example.org", mail.Sender);
        Assert.Equal(["ada@example.org", "bob@example.org"], mail.Recipients);
        Assert.Equal(message.Subject, mail.Subject);
        Assert.Equal(message.Body, mail.Text.TrimEnd() + "\r\n");
        Assert.Equal((false, null), (mail.Secured, mail.User));
    }

    [Theory]
    [InlineData("secret", true)]
    [InlineData("wrong", false)]
    public async Task Only_who_knows_the_password_may_send(string password, bool taken)
    {
        await using var sink = SmtpSink.StartNew(new SmtpSettings { User = "correlation", Password = "secret" });
        using var client = new SmtpClient("127.0.0.1", sink.Port)
        {
            Credentials = new NetworkCredential("correlation", password),
        };

        var sending = client.SendMailAsync("a@example.org", "b@example.org", "subject", "text");

        if (taken)
        {
            await sending;
            Assert.Equal("correlation", Assert.Single(sink.Mails).User);
        }
        else
        {
            await Assert.ThrowsAsync<SmtpException>(() => sending);
            Assert.Empty(sink.Mails);
        }
    }

    [Fact]
    public async Task Dots_at_the_start_of_a_line_are_unstuffed()
    {
        await using var sink = SmtpSink.StartNew();
        await using var talk = await SmtpTalk.StartAsync(sink);

        await talk.SayAsync("EHLO test", "MAIL FROM:<a@example.org> SIZE=10", "RCPT TO:<b@example.org>", "DATA");
        await talk.SayAsync("Subject: dots\r\n\r\n..one\r\n...two\r\nthree.\r\n.");

        Assert.Equal(".one\r\n..two\r\nthree.\r\n", Assert.Single(sink.Mails).Text);
    }

    [Fact]
    public async Task Steps_out_of_order_are_refused()
    {
        await using var sink = SmtpSink.StartNew();
        await using var talk = await SmtpTalk.StartAsync(sink);

        Assert.Equal("503", await talk.SayAsync("MAIL FROM:<a@example.org>"));
        Assert.Equal("250", await talk.SayAsync("EHLO test"));
        Assert.Equal("503", await talk.SayAsync("RCPT TO:<b@example.org>"));
        Assert.Equal("501", await talk.SayAsync("MAIL FROM: a@example.org"));
        Assert.Equal("250", await talk.SayAsync("MAIL FROM:<a@example.org>"));
        Assert.Equal("503", await talk.SayAsync("DATA"));
        Assert.Equal("250", await talk.SayAsync("RSET"));
        Assert.Equal("503", await talk.SayAsync("RCPT TO:<b@example.org>"));
        Assert.Equal("500", await talk.SayAsync("SEND"));
        Assert.Equal("221", await talk.SayAsync("QUIT"));
        Assert.Null(await talk.ReadAsync());
    }

    [Fact]
    public async Task A_bare_line_feed_ends_the_connection()
    {
        await using var sink = SmtpSink.StartNew();
        await using var talk = await SmtpTalk.StartAsync(sink);
        await talk.SayAsync("EHLO test", "MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA");

        Assert.Equal("554", await talk.SayAsync("Subject: bare\r\n\r\none\ntwo\r\n."));

        Assert.Empty(sink.Mails);
    }

    [Fact]
    public async Task Over_tls_the_conversation_begins_anew_and_offers_authentication()
    {
        var settings = new SmtpSettings { StartTls = true, User = "correlation", Password = "secret" };
        await using var sink = SmtpSink.StartNew(settings);
        await using var talk = await SmtpTalk.StartAsync(sink);
        await talk.SayAsync("EHLO test");
        Assert.Contains("250 STARTTLS", talk.Heard);
        Assert.DoesNotContain("250 AUTH PLAIN LOGIN", talk.Heard);
        Assert.Equal("538", await talk.SayAsync("AUTH PLAIN AGNvcnJlbGF0aW9uAHNlY3JldA=="));

        Assert.Equal("220", await talk.SayAsync("STARTTLS"));
        await talk.SecureAsync(sink.Certificate);
        Assert.Equal("503", await talk.SayAsync("MAIL FROM:<a@example.org>"));
        await talk.SayAsync("EHLO test");
        Assert.Contains("250 AUTH PLAIN LOGIN", talk.Heard);
        Assert.Equal("530", await talk.SayAsync("MAIL FROM:<a@example.org>"));
        Assert.Equal("235", await talk.SayAsync("AUTH PLAIN AGNvcnJlbGF0aW9uAHNlY3JldA=="));
        await talk.SayAsync("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA");
        Assert.Equal("250", await talk.SayAsync("Subject: safe\r\n\r\ntext\r\n."));

        var mail = Assert.Single(sink.Mails);
        Assert.Equal((true, "correlation"), (mail.Secured, mail.User));
        Assert.DoesNotContain(sink.Commands, command => command.Contains("AGNv", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(SmtpStep.Mail)]
    [InlineData(SmtpStep.Recipient)]
    [InlineData(SmtpStep.Data)]
    [InlineData(SmtpStep.Message)]
    public async Task A_planned_refusal_reaches_the_client_and_the_next_try_goes_through(SmtpStep step)
    {
        await using var sink = SmtpSink.StartNew();
        sink.Reply(step, new SmtpReply(451, "4.3.0 try later"), SmtpReply.Usual);
        using var client = new SmtpClient("127.0.0.1", sink.Port);

        await Assert.ThrowsAnyAsync<SmtpException>(
            () => client.SendMailAsync("a@example.org", "b@example.org", "first", "text"));
        Assert.Empty(sink.Mails);
        await client.SendMailAsync("a@example.org", "b@example.org", "second", "text");

        Assert.Equal("second", Assert.Single(sink.Mails).Subject);
    }

    [Fact]
    public async Task A_message_whose_reply_is_lost_has_arrived()
    {
        await using var sink = SmtpSink.StartNew();
        sink.Reply(SmtpStep.Message, SmtpReply.Drop);
        using var client = new SmtpClient("127.0.0.1", sink.Port);

        await Assert.ThrowsAsync<SmtpException>(
            () => client.SendMailAsync("a@example.org", "b@example.org", "lost reply", "text"));

        var mail = await sink.WaitForAsync(_ => true, Deadline, "the message is recorded");
        Assert.Equal("lost reply", mail.Subject);
    }

    [Fact]
    public async Task A_message_cut_off_in_the_middle_was_never_sent()
    {
        await using var sink = SmtpSink.StartNew();
        await using (var talk = await SmtpTalk.StartAsync(sink))
        {
            await talk.SayAsync("EHLO test", "MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA");
            await talk.WriteAsync("Subject: half\r\n\r\nte");
        }

        await sink.WaitForCommandAsync(
            command => command == "cut off inside the message", Deadline, "the sink sees the end of the connection");
        Assert.Empty(sink.Mails);
    }

    [Fact]
    public async Task A_sink_that_is_gone_refuses_connections()
    {
        var sink = SmtpSink.StartNew();
        await sink.DisposeAsync();
        using var client = new TcpClient();

        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(IPAddress.Loopback, sink.Port));
    }
}
