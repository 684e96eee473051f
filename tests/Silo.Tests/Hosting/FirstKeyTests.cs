using System.CommandLine;
using Correlation.Gateway.Keys;
using Correlation.Silo.Commands;
using Correlation.Silo.Hosting;
using Xunit;

namespace Correlation.Silo.Tests.Hosting;

public sealed class FirstKeyTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "correlation-first-key-" + Guid.NewGuid());
    private readonly StringWriter _output = new();

    private string KeyFile => Path.Combine(_folder, FirstKey.FileName);

    public void Dispose()
    {
        _output.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public void The_first_start_prints_a_key_once_and_keeps_only_its_hash()
    {
        var first = FirstKey.Open(_folder, null, _output);
        var printed = _output.ToString();
        var key = printed.Split().First(word => Guid.TryParse(word, out _));
        Assert.Equal(first.Sha256, KeyHash.Of(Guid.Parse(key)));
        Assert.DoesNotContain(key, File.ReadAllText(KeyFile), StringComparison.Ordinal);

        Assert.Equal(first, FirstKey.Open(_folder, "", _output));
        Assert.Equal(printed, _output.ToString());
    }

    [Fact]
    public void The_file_is_for_its_owner_only()
    {
        FirstKey.Open(_folder, null, _output);
        Assert.True(OperatingSystem.IsWindows()
            || File.GetUnixFileMode(KeyFile) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public void A_given_key_is_taken_without_printing_and_replaces_the_one_before()
    {
        var before = FirstKey.Open(_folder, null, TextWriter.Null);
        var given = Guid.Parse("0A8D2F3E-6D5C-4B7A-9E1F-0123456789AB");
        var taken = FirstKey.Open(_folder, given.ToString().ToUpperInvariant(), _output);
        Assert.Equal(KeyHash.Of(given), taken.Sha256);
        Assert.NotEqual(before, taken);
        Assert.Empty(_output.ToString());
        Assert.Equal(taken, FirstKey.Open(_folder, null, _output));
    }

    [Fact]
    public void A_given_key_that_is_no_uuid_is_refused_by_the_name_of_its_setting_without_being_repeated()
    {
        var refused = Assert.Throws<FirstKeyException>(() => FirstKey.Open(_folder, "swordfish", _output));
        Assert.Contains("CORRELATION_API_KEY must be a UUID", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_named_instead_of_letting_nobody_in()
    {
        FirstKey.Open(_folder, null, _output);
        File.WriteAllText(KeyFile, "half");
        Assert.Contains(
            KeyFile,
            Assert.Throws<FirstKeyException>(() => FirstKey.Open(_folder, null, _output)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Key_new_prints_a_key_and_an_entry_with_its_hash()
    {
        var status = KeyCommand.Create().Parse(["new", "--name", "bob's", "--type", "account", "--team", "serving"])
            .Invoke(new InvocationConfiguration { Output = _output });
        var printed = _output.ToString();
        var key = Guid.Parse(printed.Split().First(word => Guid.TryParse(word, out _)));
        Assert.Equal(0, status);
        Assert.Contains("name: 'bob''s'", printed, StringComparison.Ordinal);
        Assert.Contains("type: account", printed, StringComparison.Ordinal);
        Assert.Contains("rights: [read, configure]", printed, StringComparison.Ordinal);
        Assert.Contains($"sha256: {KeyHash.Of(key)}", printed, StringComparison.Ordinal);
        Assert.Contains("team: 'serving'", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new")]
    [InlineData("new", "--name", "x", "--type", "root")]
    public void Key_new_refuses_what_it_does_not_know(params string[] arguments)
    {
        var configuration = new InvocationConfiguration { Output = _output, Error = TextWriter.Null };
        Assert.NotEqual(0, KeyCommand.Create().Parse(arguments).Invoke(configuration));
    }
}
