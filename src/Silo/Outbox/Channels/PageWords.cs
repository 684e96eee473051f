using System.Globalization;
using System.Text;
using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>A page in words that all channels share.</summary>
internal static class PageWords
{
    public static string Headline(PageText text) => text.Event == PageEvents.Summary
        ? $"[{text.Priority}] {text.Title}"
        : $"[{text.Priority}] #{text.Number} {text.Title}";

    public static IEnumerable<(string Name, string Value)> Facts(PageText text)
    {
        var opened = text.OpenedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        (string Name, string Value)[] facts =
        [
            ("Status", text.Standing ?? ""),
            ("Priority", text.Priority.ToString()),
            ("Team", text.Team),
            ("Entity", text.Entity),
            ("Kind", text.Kind),
            ("Alerts", text.MemberCount.ToString(CultureInfo.InvariantCulture)),
            ("Open since", opened),
            ("Runbook", text.Runbook),
        ];
        return facts.Where(fact => fact.Value.Length > 0);
    }

    public static string Why(Delivery delivery) =>
        $"Sent to {delivery.Who} at step {delivery.Step}: {delivery.Reason}. " +
        $"Incident #{delivery.Text.Number}, {delivery.IncidentId}.";

    /// <summary>Cut where a receiver would refuse it, and never within a character.</summary>
    public static string Cut(string text, int longest)
    {
        if (text.Length <= longest)
        {
            return text;
        }

        var length = longest - 3;
        return (char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)] : text[..length]) + "...";
    }

    /// <summary>For receivers that count bytes of UTF-8, as they come in a text of JSON.</summary>
    public static string CutBytes(string text, int longest)
    {
        const string more = "...";
        var (bytes, kept) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += InJson(rune);
            if (bytes > longest)
            {
                return text[..kept] + more;
            }

            kept += bytes <= longest - more.Length ? rune.Utf16SequenceLength : 0;
        }

        return text;
    }

    /// <summary>As itself, by a letter, or by one or two numbers of 16 bits.</summary>
    private static int InJson(Rune rune) =>
        rune != Rune.ReplacementChar && !HttpPost.Escapes(rune) ? rune.Utf8SequenceLength
        : rune.Value is '"' or '\\' or '\n' or '\r' or '\t' ? 2
        : rune.IsBmp ? 6
        : 12;

    /// <summary>Only web addresses become links: other schemes may do something when followed.</summary>
    public static Uri? Link(string value) => Setting.ReadUrl(value);

    /// <summary>There is something left to answer.</summary>
    public static bool IsOpen(PageText text) => text.Event is PageEvents.Page or PageEvents.Updated;
}
