using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Grains.Tests.Golden;

/// <summary>
/// What a release wrote, as it must stay readable. A new field or command belongs into the file that lacks it: run the
/// tests once with CORRELATION_WRITE_GOLDEN=1, look at the difference and commit it.
/// </summary>
internal static class GoldenFile
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Read(string name) => File.ReadAllText(PathOf(name));

    /// <returns>What the file has, after it was written anew where that is asked.</returns>
    public static string[] Lines(string name, IReadOnlyCollection<string> now)
    {
        if (Environment.GetEnvironmentVariable("CORRELATION_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(PathOf(name), string.Concat(now.Select(line => line + "\n")));
        }

        return Read(name).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static void AssertIs(string name, string expected)
    {
        if (Environment.GetEnvironmentVariable("CORRELATION_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(PathOf(name), expected);
        }

        Assert.True(
            File.Exists(PathOf(name)),
            $"There is no {PathOf(name)}: run the tests once with CORRELATION_WRITE_GOLDEN=1.");
        Assert.Equal(Read(name), expected);
    }

    /// <summary>Stored JSON is compact; the files are laid out for people, one field per line.</summary>
    public static string Pretty(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return Written(Indented, writer => document.RootElement.WriteTo(writer)) + "\n";
    }

    public static string Written(JsonWriterOptions options, Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, options))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static string PathOf(string name) => Repository.PathOf("tests", "Grains.Tests", "Golden", name);
}
