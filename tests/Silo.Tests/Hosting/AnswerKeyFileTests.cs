using Correlation.Gateway.Answers;
using Correlation.Silo.Hosting;
using Correlation.TestKit.Processes;
using Xunit;
using SiloSettings = Correlation.Silo.Hosting.SiloSettings;

namespace Correlation.Silo.Tests.Hosting;

public sealed class AnswerKeyFileTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new("answer-key");

    private string File => _folder.PathOf(AnswerKeyFile.FileName);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_link_of_before_a_restart_is_good_after_it()
    {
        var sent = Token.Write(AnswerKeyFile.Open(_folder.Path));

        Assert.Equal(Token, AnswerToken.Read(sent, AnswerKeyFile.Open(_folder.Path)));
    }

    [Fact]
    public void Each_service_has_a_key_of_its_own_which_nobody_else_may_read()
    {
        using var other = new TempFolder("answer-key");

        var sent = Token.Write(AnswerKeyFile.Open(_folder.Path));

        Assert.Null(AnswerToken.Read(sent, AnswerKeyFile.Open(other.Path)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }
    }

    [Fact]
    public void A_file_that_holds_no_key_is_named()
    {
        System.IO.File.WriteAllText(File, "short");

        var refused = Assert.Throws<SettingException>(() => AnswerKeyFile.Open(_folder.Path));

        Assert.Contains(File, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://alerts.example.org", true)]
    [InlineData("https://example.org/alerts/", true)]
    [InlineData("alerts.example.org", false)]
    [InlineData("ftp://alerts.example.org", false)]
    [InlineData("https://alerts.example.org/?a=b", false)]
    [InlineData("https://user:pw@alerts.example.org", false)]
    public void The_public_url_is_one_to_which_paths_can_be_added(string url, bool right)
    {
        var read = Record.Exception(() => SiloSettings.Read(name => name switch
        {
            "CORRELATION_PUBLIC_URL" => url,
            "CORRELATION_CONFIG" => _folder.Path,
            _ => null,
        }));

        Assert.Equal(right, read is null);
        Assert.True(
            right || ((SettingException)read!).Message.Contains("CORRELATION_PUBLIC_URL", StringComparison.Ordinal));
    }

    private static AnswerToken Token => new(AnswerAction.Resolve, "incident-1", "ann@example.org", At);
}
