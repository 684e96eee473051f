using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Correlation.TestKit.Processes;

/// <summary>
/// A whole message as it came over SMTP. <paramref name="Content"/> holds a byte in each character (Latin-1).
/// </summary>
public sealed partial record ReceivedMail(
    string Sender, IReadOnlyList<string> Recipients, string Content, bool Secured, string? User,
    DateTimeOffset ArrivedAt)
{
    public string Subject => DecodeWords(Header("Subject") ?? "");

    /// <summary>
    /// The text of a message of one part, decoded; of a message of several parts, all of it as it came.
    /// </summary>
    public string Text
    {
        get
        {
            var encoded = Content[(HeaderEnd + 4)..];
            var bytes = (Header("Content-Transfer-Encoding") ?? "7bit").ToLowerInvariant() switch
            {
                "base64" => Convert.FromBase64String(encoded),
                "quoted-printable" => QuotedPrintable(encoded),
                _ => Encoding.Latin1.GetBytes(encoded),
            };
            return Encoding.UTF8.GetString(bytes);
        }
    }

    private int HeaderEnd => Content.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end
        ? end
        : throw new FormatException($"No empty line ends the headers of: {Content}");

    /// <summary>A header's value with its folded lines joined, or null.</summary>
    public string? Header(string name) =>
        Folding().Replace(Content[..HeaderEnd], " ").Split("\r\n")
            .Where(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 1)..].Trim())
            .FirstOrDefault();

    public override string ToString() => $"{ArrivedAt:HH:mm:ss.fff} to {string.Join(", ", Recipients)}: {Subject}";

    // RFC 2047: blanks between two encoded words are no part of the text.
    private static string DecodeWords(string value) =>
        EncodedWord().Replace(BetweenWords().Replace(value, ""), word =>
        {
            var bytes = word.Groups["how"].Value is "B" or "b"
                ? Convert.FromBase64String(word.Groups["what"].Value)
                : QuotedPrintable(word.Groups["what"].Value.Replace('_', ' '));
            return Encoding.GetEncoding(word.Groups["charset"].Value).GetString(bytes);
        });

    private static byte[] QuotedPrintable(string encoded) =>
        Encoding.Latin1.GetBytes(EncodedByte().Replace(
            encoded.Replace("=\r\n", "", StringComparison.Ordinal),
            code => ((char)int.Parse(code.ValueSpan[1..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()));

    [GeneratedRegex(@"\r\n[ \t]+")]
    private static partial Regex Folding();

    [GeneratedRegex(@"=\?(?<charset>[^?*]+)\?(?<how>[BbQq])\?(?<what>[^?]*)\?=")]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"(?<=\?=)\s+(?==\?)")]
    private static partial Regex BetweenWords();

    [GeneratedRegex("=[0-9A-Fa-f]{2}")]
    private static partial Regex EncodedByte();
}
