using Correlation.Silo.Configuration;
using Correlation.TestKit.Processes;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Silo.Tests.Configuration;

public sealed class ConfigurationFuzz
{
    private static readonly string[] Rubbish =
    [
        "", " ", "\n", "\t", ":", "- ", "[", "]", "{", "}", "\"", "'", "&a ", "*a", "? ", "|", "!!int ", "<<: ", "#",
        "\0", "\uFEFF", "${", "${X}", "P9", "-1d", "~",
    ];

    [Fact]
    public void However_the_shipped_files_are_mangled_the_answer_is_a_policy_or_errors_and_never_an_exception()
    {
        var shipped = FolderContent.Read(Repository.PathOf("deploy", "config"));
        var reader = FolderReading.Reader();
        var edits =
            from file in Gen.Choose(0, shipped.Files.Count - 1)
            from at in Gen.Choose(0, 10_000)
            from length in Gen.Choose(0, 30)
            from rubbish in Gen.Elements(Rubbish)
            select (file, at, length, rubbish);

        Prop.ForAll(Gen.NonEmptyListOf(edits).ToArbitrary(), mangles =>
        {
            var files = shipped.Files.ToArray();
            foreach (var (file, at, length, rubbish) in mangles)
            {
                files[file] = files[file] with { Bytes = Mangle(files[file].Bytes, at, length, rubbish) };
            }

            var read = reader.Read(shipped with { Files = files });
            Assert.Equal(read.Policy is null, read.Errors.Any());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static byte[] Mangle(byte[] bytes, int at, int length, string rubbish)
    {
        var from = at % (bytes.Length + 1);
        var to = Math.Min(bytes.Length, from + length);
        return [.. bytes[..from], .. System.Text.Encoding.UTF8.GetBytes(rubbish), .. bytes[to..]];
    }
}
