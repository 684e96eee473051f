using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Answers;

/// <summary>What Twilio does next, in its words.</summary>
internal static class TwiMl
{
    private const int LongestMessage = 300;

    /// <summary>Twilio says no more.</summary>
    private const int LongestSpoken = 4_000;

    public static IResult Message(string? text) =>
        Answer(text is null ? [] : [new XElement("Message", Clean(text, LongestMessage))]);

    public static IResult Say(string text) => Answer(Spoken(text), new XElement("Hangup"));

    public static IResult HangUp() => Answer(new XElement("Hangup"));

    /// <summary>Says it twice, for whoever has just woken up, and waits for a key all the while.</summary>
    public static IResult Ask(Uri keys, string text) => Answer(
        new XElement(
            "Gather",
            new XAttribute("numDigits", 1),
            new XAttribute("timeout", 10),
            new XAttribute("action", keys.AbsoluteUri),
            new XAttribute("method", "POST"),
            Spoken(text),
            new XElement("Pause", new XAttribute("length", 2)),
            Spoken(text)),
        Spoken("No key was pressed. Goodbye."));

    private static XElement Spoken(string text) => new("Say", Clean(text, LongestSpoken));

    /// <summary>Titles come from anywhere, and not every character may be in XML; a broken one is replaced.</summary>
    public static string Clean(string text, int longest)
    {
        var clean = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF)
            {
                continue;
            }

            if (clean.Length + rune.Utf16SequenceLength > longest)
            {
                break;
            }

            clean.Append(rune);
        }

        return clean.ToString();
    }

    private static IResult Answer(params XElement[] verbs) => Results.Text(
        $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>{new XElement("Response", verbs).ToString(SaveOptions.DisableFormatting)}",
        "text/xml");
}
