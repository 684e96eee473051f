using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Correlation.Silo.Configuration;

/// <summary>From bytes to YAML nodes, or to one error that says where the text stops being YAML.</summary>
internal static class YamlText
{
    /// <summary>Deeper than any section; the representation model is read by recursion, and a stack ends.</summary>
    private const int MaxDepth = 20;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The root of every document in the file; none when an error was noted.</summary>
    public static IEnumerable<Field> Roots(Reading reading, FileContent file)
    {
        string? text = null;
        if (file.Fault is not null)
        {
            return Refuse(file.Fault, "a readable file of at most 1 MiB", default);
        }

        try
        {
            text = Utf8.GetString(file.Bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException notUtf8)
        {
            var line = 1 + file.Bytes.AsSpan(0, notUtf8.Index).Count((byte)'\n');
            return Refuse("is not UTF-8", "a file in UTF-8", new Mark(notUtf8.Index, line, 1));
        }

        var parser = new Parser(new StringReader(text));
        try
        {
            for (var depth = 0; parser.MoveNext(); depth += parser.Current!.NestingIncrease)
            {
                if (depth > MaxDepth)
                {
                    return Refuse($"is nested deeper than {MaxDepth} levels", "sections and their entries", At(parser));
                }
            }

            parser = new Parser(new StringReader(text));
            var stream = new YamlStream();
            stream.Load(parser);
            return [.. stream.Documents.Select(document => new Field(file.Path, "", document.RootNode))];
        }
        catch (YamlException notYaml)
        {
            return Refuse("is not YAML: " + notYaml.Message.TrimEnd('.'), "YAML 1.2", notYaml.Start);
        }
        catch (Exception notYaml) when (notYaml is InvalidOperationException or ArgumentException)
        {
            // What the library throws for a bracket that is never closed, or for a key where none can be.
            return Refuse("is not YAML: a bracket is not closed, or a colon stands alone", "YAML 1.2", At(parser));
        }

        Field[] Refuse(string what, string allowed, Mark at)
        {
            reading.NotRead(text);
            reading.ErrorAt(file.Path, (int)at.Line, (int)at.Column, what, allowed);
            return [];
        }
    }

    private static Mark At(Parser parser) => parser.Current?.Start ?? default;
}
