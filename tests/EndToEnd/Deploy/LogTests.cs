using System.Text.Json;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.Deploy;

public sealed class LogTests
{
    [Fact]
    public async Task As_json_each_line_is_an_object_with_the_fields_of_its_message()
    {
        await using var silo = new SiloProcess(new SiloSettings
        {
            Environment = new Dictionary<string, string?> { ["CORRELATION_LOG"] = "json" },
        });
        await silo.StartAsync();
        var recovered = silo.Program.Log
            .Where(line => line.StartsWith('{'))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Single(line => line.GetProperty("Message").GetString()!.StartsWith("Recovered", StringComparison.Ordinal));
        Assert.Equal("Information", recovered.GetProperty("LogLevel").GetString());
        Assert.Equal(0, recovered.GetProperty("State").GetProperty("Repeats").GetInt32());
        Assert.EndsWith("Z", recovered.GetProperty("Timestamp").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_kind_of_log_is_refused_by_name()
    {
        await using var silo = new SiloProcess(new SiloSettings
        {
            Environment = new Dictionary<string, string?> { ["CORRELATION_LOG"] = "xml" },
        });
        var refused = await Assert.ThrowsAsync<TimeoutException>(silo.StartAsync);
        Assert.Contains(
            "CORRELATION_LOG must be 'text' or 'json'; it is 'xml'.", refused.Message, StringComparison.Ordinal);
    }
}
