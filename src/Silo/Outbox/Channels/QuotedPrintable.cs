using System.Text;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Text as 7-bit lines of at most 76 characters (RFC 2045), which every mail server passes on unchanged and which can
/// still be read in a raw message.
/// </summary>
public static class QuotedPrintable
{
    private const int LongestLine = 76;

    /// <summary>Line ends of any kind become CRLF.</summary>
    public static string Encode(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        return string.Join("\r\n", lines.Select(EncodeLine));
    }

    private static string EncodeLine(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        var encoded = new StringBuilder(bytes.Length + 16);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            // Blanks at the end of a line may get lost on the way.
            var isPlain = bytes[i] is (>= (byte)'!' and <= (byte)'~' and not (byte)'=') ||
                (bytes[i] is (byte)' ' or (byte)'\t' && i < bytes.Length - 1);
            var piece = isPlain ? ((char)bytes[i]).ToString() : $"={bytes[i]:X2}";
            if (length + piece.Length >= LongestLine)
            {
                encoded.Append("=\r\n");
                length = 0;
            }

            encoded.Append(piece);
            length += piece.Length;
        }

        return encoded.ToString();
    }
}
