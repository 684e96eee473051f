using System.Text.RegularExpressions;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.Deploy;

/// <summary>No image is built here: what the Dockerfile says is run as the image would, as far as that goes.</summary>
public sealed partial class ImageTests
{
    private static readonly string Dockerfile = File.ReadAllText(Repository.PathOf("deploy", "Dockerfile"));

    [Fact]
    public async Task The_entry_point_starts_with_the_variables_of_the_image_and_ends_at_SIGTERM()
    {
        using var folder = new TempFolder("image");
        var app = Path.GetDirectoryName(Repository.OutputOf("Silo", "Correlation.Silo.dll"))!;
        var words = Word().Matches(Line("ENTRYPOINT")).Select(word => word.Groups[1].Value).ToList();
        Assert.Equal("dotnet", words[0]);
        var variables = Variable()
            .Matches(Dockerfile)
            .ToDictionary(v => v.Groups[1].Value, v => (string?)v.Groups[2].Value);
        Assert.Equal("/data", variables["CORRELATION_DATA"]);
        Assert.Equal("http://0.0.0.0:8080", variables["CORRELATION_URLS"]);
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        variables["CORRELATION_DATA"] = folder.PathOf("data");
        variables["CORRELATION_CONFIG"] = variables["CORRELATION_CONFIG"]!.Replace(
            "/app", app, StringComparison.Ordinal);
        variables["CORRELATION_URLS"] = url;
        await using var program = RunningProgram.Start(
            new ProgramStart(
                "the entry point",
                [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", .. words.Skip(1)],
                app)
            {
                Environment = variables,
            });

        await program.UntilReadyAsync(() => HttpReadiness.AnswersAsync(url + "/readyz"), TimeSpan.FromSeconds(30));
        Assert.Contains(program.Log, line => line.StartsWith("{\"", StringComparison.Ordinal));
        program.Send(Signal.Terminate);
        Assert.Equal(0, await program.UntilExitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void The_image_has_no_shell_and_runs_as_a_user_of_its_own_with_one_folder_to_write()
    {
        var from = Dockerfile.Split('\n').Last(line => line.StartsWith("FROM ", StringComparison.Ordinal));
        Assert.EndsWith("-chiseled", from, StringComparison.Ordinal);
        Assert.Equal("USER $APP_UID", Line("USER"));
        Assert.Equal("VOLUME /data", Line("VOLUME"));
        Assert.DoesNotContain(
            "RUN", Dockerfile[Dockerfile.IndexOf(from, StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_copied_into_the_build_is_there()
    {
        var copied = Dockerfile.Split('\n').Where(
            line =>
                line.StartsWith("COPY ", StringComparison.Ordinal) &&
                    !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1]);
        Assert.All(copied, name => Assert.True(Path.Exists(Repository.PathOf(name)), name));
    }

    private static string Line(string word) =>
        Dockerfile.Split('\n').Single(line => line.StartsWith(word + " ", StringComparison.Ordinal));

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Word();

    [GeneratedRegex(@"^(?:ENV|   ) ([A-Za-z_]+)=([^ \\\n]+)", RegexOptions.Multiline)]
    private static partial Regex Variable();
}
