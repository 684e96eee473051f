using System.Text;
using System.Text.RegularExpressions;
using Correlation.Silo.Outbox.Channels;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

public sealed class QuotedPrintableTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("a=b", "a=3Db")]
    [InlineData("Qualität", "Qualit=C3=A4t")]
    [InlineData("one\ntwo\r\nthree\rfour", "one\r\ntwo\r\nthree\r\nfour")]
    [InlineData("blank at the end \nnext\t", "blank at the end=20\r\nnext=09")]
    public void Text_is_encoded_as_the_standard_says(string text, string expected) =>
        Assert.Equal(expected, QuotedPrintable.Encode(text));

    [Fact]
    public void Any_text_comes_back_from_short_lines_of_printable_ascii()
    {
        Check.QuickThrowOnFailure(Prop.ForAll<string?>(drawn =>
        {
            // Unpaired surrogates are no text: they become U+FFFD, as everywhere in .NET.
            var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(drawn ?? "", 5)));
            var text = Encoding.UTF8.GetString(bytes);

            var encoded = QuotedPrintable.Encode(text);

            Assert.All(encoded.Split("\r\n"), line =>
            {
                Assert.InRange(line.Length, 0, 76);
                Assert.All(line, c => Assert.True(c is >= ' ' and <= '~' or '\t', $"Character {(int)c} in '{line}'."));
                Assert.False(line.EndsWith(' ') || line.EndsWith('\t'), $"'{line}' ends with a blank.");
            });
            Assert.Equal(text.ReplaceLineEndings("\r\n"), Decode(encoded));
        }));
    }

    private static string Decode(string encoded)
    {
        var joined = encoded.Replace("=\r\n", "", StringComparison.Ordinal);
        var characters = Regex.Replace(joined, "=([0-9A-F]{2})", code =>
            ((char)Convert.ToByte(code.Groups[1].Value, 16)).ToString());
        return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(characters));
    }
}
