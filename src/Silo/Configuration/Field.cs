using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Correlation.Silo.Configuration;

/// <summary>A value in a file and the way to it. Errors point here.</summary>
/// <param name="Node">Null for a value that is not in any file.</param>
internal sealed record Field(string File, string Path, YamlNode? Node)
{
    private const int Shown = 60;

    public int Line => (int)(Node?.Start.Line ?? 0);

    public int Column => (int)(Node?.Start.Column ?? 0);

    /// <summary>Null unless it is a scalar.</summary>
    public string? Text => (Node as YamlScalarNode)?.Value;

    /// <summary>Every text in it, a line each.</summary>
    public string AllText => string.Join('\n', Node?.AllNodes.OfType<YamlScalarNode>().Select(scalar => scalar.Value) ?? []);

    /// <summary>A key with nothing behind it, such as a section whose entries are all commented out.</summary>
    public bool IsEmpty => Node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    public string Place => Line > 0 ? $"{File}:{Line}" : File;

    /// <summary>The value in one short line, for the end of an error.</summary>
    public string Current => Node switch
    {
        null => "(none)",
        _ when IsEmpty => "(none)",
        YamlScalarNode scalar => OneLine(scalar.Value ?? ""),
        YamlSequenceNode list => $"a list of {list.Children.Count}",
        YamlMappingNode mapping => "a mapping with " + OneLine(string.Join(", ", mapping.Children.Keys)),
        _ => Node.NodeType.ToString(),
    };

    public Field Child(string key, YamlNode? node) => new(File, Path.Length == 0 ? key : $"{Path}.{key}", node);

    /// <summary>Entries that have a name are called by it: nobody counts to the forty-third user.</summary>
    public Field Item(int number, YamlNode node)
    {
        var name = node is YamlMappingNode mapping && mapping.Children.TryGetValue("name", out var found)
            ? (found as YamlScalarNode)?.Value
            : null;
        return new(File, $"{Path}[{(string.IsNullOrEmpty(name) ? number : OneLine(name))}]", node);
    }

    private static string OneLine(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length == 0 || line.Trim().Length < line.Length ? $"'{line}'"
            : line.Length <= Shown ? line
            : line[..Shown] + "...";
    }
}
