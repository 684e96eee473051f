using System.Net.Mail;
using System.Text;
using Correlation.Gateway.Answers;
using Correlation.Grains.Model;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

public sealed class EmailMessageTests
{
    [Fact]
    public void The_headers_say_what_mail_programs_want_to_know()
    {
        var page = Given.Page(Given.To("mail"));

        var mail = Compose(page);

        Assert.Equal("\"Correlation\" <alerts@example.org>", mail.Header("From"));
        Assert.Equal("<ann@example.org>", mail.Header("To"));
        Assert.Equal("[P1] #42 Serving latency is high", mail.Subject);
        Assert.Equal("Mon, 05 Jan 2026 10:00:00 +0000", mail.Header("Date"));
        Assert.Equal($"<{page.Id}@example.org>", mail.Header("Message-ID"));
        Assert.Equal("<incident-incident-1@example.org>", mail.Header("References"));
        Assert.Equal("auto-generated", mail.Header("Auto-Submitted"));
        Assert.Equal("high", mail.Header("Importance"));
        Assert.Equal("1.0", mail.Header("MIME-Version"));
    }

    [Fact]
    public void Text_and_html_say_the_same()
    {
        var (plain, html) = Parts(Compose(Given.Page(Given.To("mail"))));

        Assert.Equal(
            """
            Serving latency is high

            Priority: P1
            Team: ml-infra
            Entity: endpoint:churn-v3
            Kind: serving-latency
            Alerts: 3
            Open since: 2026-01-05 09:58:00 UTC
            Runbook: https://runbooks.example.org/latency?a=1&b=2

            P99 is 900 ms.

            Sent to ann@example.org at step 1: on call for ml-infra. Incident #42, incident-1.

            """.ReplaceLineEndings("\r\n"),
            plain);
        Assert.Contains("<h2>Serving latency is high</h2>", html, StringComparison.Ordinal);
        Assert.Contains(
            "<a href=\"https://runbooks.example.org/latency?a=1&amp;b=2\">", html, StringComparison.Ordinal);
        Assert.Contains("P99 is 900 ms.", html, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_public_URL_it_is_answered_by_links_in_both_parts()
    {
        var page = Given.Page(Given.To("mail"));

        var (plain, html) = Parts(Compose(page, Given.Links));

        var link = Given.Links.Find(AnswerAction.Acknowledge, page.IncidentId, page.Who, page.DecidedAt)!.AbsoluteUri;
        Assert.Contains($"Acknowledge: {link}\r\nNot me: http", plain, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"{link}\">Acknowledge</a>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Modell-Qualität fällt")]
    [InlineData("Genauigkeit 精度が低下しました 🔥 und das in einer Zeile, die für ein einziges Wort sehr viel zu lang ist")]
    [InlineData("looks like =?utf-8?B?YQ==?= but is text")]
    [InlineData("plain")]
    public void Any_title_comes_back_from_the_subject(string title)
    {
        var page = Given.Page(Given.To("mail"));

        var mail = Compose(page with { Text = page.Text with { Title = title } });

        Assert.Equal($"[P1] #42 {title}", mail.Subject);
        Assert.All(mail.Content.Split("\r\n"), line => Assert.InRange(line.Length, 0, 250));
    }

    /// <summary>Titles and texts come from whoever may send an alert.</summary>
    [Fact]
    public void What_alerts_say_adds_neither_headers_nor_markup()
    {
        const string Evil = "x\r\nBcc: all@example.org\r\n\r\n<script>alert(1)</script>\n.\n";
        var page = Given.Page(Given.To("mail"));
        var text = page.Text with
        {
            Title = Evil,
            Body = Evil,
            Entity = Evil,
            Team = Evil,
            Runbook = "javascript:alert(1)",
        };

        var mail = Compose(page with { Text = text, IncidentId = Evil, Reason = Evil });

        Assert.Null(mail.Header("Bcc"));
        Assert.StartsWith("[P1] #42 x  Bcc: all@example.org", mail.Subject, StringComparison.Ordinal);
        var (_, html) = Parts(mail);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("href", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_very_long_title_is_cut_and_no_character_halved()
    {
        var page = Given.Page(Given.To("mail"));
        var start = "[P1] #42 ".Length;

        var mail = Compose(page with { Text = page.Text with { Title = new string('a', 199 - start) + "🔥🔥" } });

        Assert.Equal("[P1] #42 " + new string('a', 199 - start), mail.Subject);
    }

    private static ReceivedMail Compose(Delivery delivery, AnswerLinks? links = null)
    {
        var bytes = EmailMessage.Compose(
            new MailAddress("alerts@example.org", "Correlation"), new MailAddress("ann@example.org"), delivery,
            links ?? Given.NoLinks, Given.Start);
        return new ReceivedMail("", [], Encoding.Latin1.GetString(bytes), false, null, Given.Start);
    }

    /// <summary>Each part read as a message of its own; the line ends around a boundary belong to it.</summary>
    private static (string Plain, string Html) Parts(ReceivedMail mail)
    {
        var boundary = mail.Header("Content-Type")!.Split("boundary=")[1].Trim('"');
        var parts = mail.Content.Split($"--{boundary}");
        Assert.Equal(4, parts.Length);
        Assert.Equal("--\r\n", parts[3]);
        var read = parts[1..3].Select(part => mail with { Content = part[2..^2] }).ToList();
        Assert.Equal(
            ["text/plain; charset=utf-8", "text/html; charset=utf-8"],
            read.Select(part => part.Header("Content-Type")));
        return (read[0].Text, read[1].Text);
    }
}
