using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Text;
using Correlation.Gateway.Answers;
using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// A page as an e-mail: text and HTML of the same content. What comes from alerts stands in encoded parts or in headers
/// without control characters, so that no sender of alerts can add a header or markup of its own.
/// </summary>
public static class EmailMessage
{
    private const int LongestSubject = 200;

    /// <summary>Of UTF-8 in one encoded word, which may have 75 characters (RFC 2047).</summary>
    private const int WordBytes = 45;

    /// <param name="at">
    /// When this attempt is made. The Message-ID stays the same, so that a second copy is told by it.
    /// </param>
    public static byte[] Compose(
        MailAddress from, MailAddress to, Delivery delivery, AnswerLinks links, DateTimeOffset at)
    {
        var text = delivery.Text;
        var answers = Answers(delivery, links);
        var boundary = $"=_{delivery.Id:N}";
        var thread = $"<incident-{HeaderSafe(delivery.IncidentId)}@{from.Host}>";
        string[] lines =
        [
            $"From: {Mailbox(from)}",
            $"To: {Mailbox(to)}",
            $"Subject: {Subject(text)}",
            $"Date: {at.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)}",
            $"Message-ID: <{delivery.Id:D}@{from.Host}>",

            // Pages of one incident stand together in the reader's mailbox.
            $"References: {thread}",
            $"In-Reply-To: {thread}",

            // Keeps absence notices from answering.
            "Auto-Submitted: auto-generated",
            $"Importance: {(text.Priority <= Priority.P2 ? "high" : "normal")}",
            "MIME-Version: 1.0",
            $"Content-Type: multipart/alternative; boundary=\"{boundary}\"",
            "",
            $"--{boundary}",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "",
            QuotedPrintable.Encode(Plain(delivery, answers)),
            $"--{boundary}",
            "Content-Type: text/html; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "",
            QuotedPrintable.Encode(Html(delivery, answers)),
            $"--{boundary}--",
            "",
        ];
        return Encoding.ASCII.GetBytes(string.Join("\r\n", lines));
    }

    private static IReadOnlyList<(string Label, Uri Url)> Answers(Delivery delivery, AnswerLinks links) =>
    [
        .. from answer in AnswerWords.All
           let url = links.Find(answer.Action, delivery.IncidentId, delivery.Who, delivery.DecidedAt)
           where url is not null && PageWords.IsOpen(delivery.Text)
           select (answer.Label, url),
    ];

    private static string Plain(Delivery delivery, IReadOnlyList<(string Label, Uri Url)> answers)
    {
        var facts = string.Join('\n', PageWords.Facts(delivery.Text).Select(fact => $"{fact.Name}: {fact.Value}"));
        var body = delivery.Text.Body.Length > 0 ? $"\n\n{delivery.Text.Body}" : "";
        var links = answers.Count > 0 ? "\n\n" + string.Join('\n', answers.Select(a => $"{a.Label}: {a.Url}")) : "";
        return $"{delivery.Text.Title}\n\n{facts}{body}{links}\n\n{PageWords.Why(delivery)}\n";
    }

    private static string Html(Delivery delivery, IReadOnlyList<(string Label, Uri Url)> answers)
    {
        var rows = PageWords.Facts(delivery.Text).Select(fact =>
            $"<tr><th align=\"left\" valign=\"top\">{fact.Name}</th><td>{Linked(fact.Value)}</td></tr>");
        var links = answers.Select(a => $"<a href=\"{WebUtility.HtmlEncode(a.Url.AbsoluteUri)}\">{a.Label}</a>");
        var text = delivery.Text;
        return $"""
            <!DOCTYPE html>
            <html><body style="font-family: sans-serif">
            <h2>{Markup(text.Title)}</h2>
            <table cellpadding="4">
            {string.Join('\n', rows)}
            </table>
            <p>{Markup(text.Body)}</p>
            {(answers.Count > 0 ? $"<p>{string.Join(" &middot; ", links)}</p>\n" : "")}<p><small>{Markup(PageWords.Why(delivery))}</small></p>
            </body></html>

            """;
    }

    private static string Linked(string value) =>
        PageWords.Link(value) is { } url
            ? $"<a href=\"{WebUtility.HtmlEncode(url.AbsoluteUri)}\">{Markup(value)}</a>"
            : Markup(value);

    private static string Markup(string text) => WebUtility.HtmlEncode(text).ReplaceLineEndings("<br>\n");

    private static string Subject(PageText text)
    {
        var subject = PageWords.Headline(text);
        var length = subject.Length <= LongestSubject ? subject.Length : LongestSubject;
        return HeaderText(char.IsHighSurrogate(subject[length - 1]) ? subject[..(length - 1)] : subject[..length]);
    }

    private static string Mailbox(MailAddress mailbox)
    {
        if (mailbox.DisplayName.Length == 0)
        {
            return $"<{mailbox.Address}>";
        }

        var name = HeaderText(mailbox.DisplayName);
        if (!name.StartsWith("=?", StringComparison.Ordinal))
        {
            var escaped = name.Select(c => c is '"' or '\\' ? $"\\{c}" : c.ToString());
            name = $"\"{string.Concat(escaped)}\"";
        }

        return $"{name} <{mailbox.Address}>";
    }

    /// <summary>As it is when it is ASCII that reads as nothing else, else as encoded words on a line each.</summary>
    private static string HeaderText(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        if (line.All(char.IsAscii) && !line.Contains("=?", StringComparison.Ordinal))
        {
            return line;
        }

        var words = new List<string>();
        var word = new List<byte>();
        foreach (var rune in line.EnumerateRunes())
        {
            if (word.Count + rune.Utf8SequenceLength > WordBytes)
            {
                words.Add(Encoded(word));
                word.Clear();
            }

            word.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
        }

        words.Add(Encoded(word));
        return string.Join("\r\n ", words);
    }

    private static string Encoded(List<byte> word) => $"=?utf-8?B?{Convert.ToBase64String([.. word])}?=";

    private static string HeaderSafe(string id) =>
        string.Concat(id.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
}
