using System.CommandLine;
using System.Text.Json;
using Correlation.Silo.Commands.Replay;
using Correlation.Silo.Storage.Sqlite;
using Correlation.Silo.Tests.Configuration;
using Correlation.TestKit.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Correlation.Silo.Tests.Commands.Replay;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly TempFolder _data = new("replay-data");
    private readonly TempFolder _changed = Stories.Folder(Stories.Changed);

    public void Dispose()
    {
        _data.Dispose();
        _changed.Dispose();
    }

    [Fact]
    public void Totals_come_first_then_what_changed_also_while_the_service_has_the_folder()
    {
        using var store = new SqliteStore(_data.Path, NullLogger<SqliteStore>.Instance);
        using var service = new RecordedShard(store, Stories.Policy(Stories.Yaml));
        Stories.Tell(service);

        var (code, output, error) = Replay("--config", _changed.Path);

        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"incidents\s+│ 6\s+│ 5", output);
        Assert.True(
            output.IndexOf("time to first page, median", StringComparison.Ordinal)
            < output.IndexOf("Incidents: 1", StringComparison.Ordinal));
        Assert.Contains("What was recorded is told again exactly by the first side.", output, StringComparison.Ordinal);
        Assert.Equal(output, Replay("--config", _changed.Path).Output);
    }

    [Fact]
    public void The_json_is_one_document_and_the_file_stays_as_it_was_after_the_service()
    {
        Record();
        var before = File.ReadAllBytes(_data.PathOf(SqliteFile.Name));

        var (code, output, _) = Replay("--config", _changed.Path, "--json");

        Assert.Equal(0, code);
        using var document = JsonDocument.Parse(output);
        Assert.Equal(
            5, document.RootElement.GetProperty("difference").GetProperty("after").GetProperty("incidents").GetInt32());
        Assert.Equal(before, File.ReadAllBytes(_data.PathOf(SqliteFile.Name)));
    }

    [Fact]
    public void A_folder_instead_of_what_was_recorded_is_the_first_side()
    {
        Record();
        var (code, output, _) = Replay("--config", _changed.Path, "--baseline", _changed.Path);
        Assert.Equal(0, code);
        Assert.Contains("Nothing would have been different.", output, StringComparison.Ordinal);
        Assert.Contains("Other than recorded, the first side has 1 incidents", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_with_errors_prints_them_all()
    {
        Record();
        using var wrong = Stories.Folder(Stories.Yaml + "\nkindz: []\nschedulez: []\n");
        var (code, output, error) = Replay("--config", wrong.Path);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("kindz", error, StringComparison.Ordinal);
        Assert.Contains("schedulez", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_log_or_with_an_empty_one_it_says_so()
    {
        var (code, _, error) = Replay("--config", _changed.Path);
        Assert.Equal(1, code);
        Assert.Contains("There is no recorded log", error, StringComparison.Ordinal);

        using (var store = new SqliteStore(_data.Path, NullLogger<SqliteStore>.Instance))
        {
            store.Open();
        }

        Assert.Equal((1, "", "The log is empty: there is nothing to replay.\n"), Replay("--config", _changed.Path));
    }

    [Fact]
    public void A_time_that_is_none_is_refused_by_its_option()
    {
        var (code, _, error) = Replay("--config", _changed.Path, "--from", "yesterday");
        Assert.Equal(1, code);
        Assert.Contains("--from must be a time", error, StringComparison.Ordinal);
    }

    private void Record()
    {
        using var store = new SqliteStore(_data.Path, NullLogger<SqliteStore>.Instance);
        using var service = new RecordedShard(store, Stories.Policy(Stories.Yaml));
        Stories.Tell(service);
    }

    private (int Code, string Output, string Error) Replay(params string[] words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = new RootCommand { ReplayCommand.Create(FolderReading.Channels, TimeProvider.System) }
            .Parse(["replay", .. words, "--CORRELATION_DATA", _data.Path, "--CORRELATION_DATABASE", ""])
            .Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
