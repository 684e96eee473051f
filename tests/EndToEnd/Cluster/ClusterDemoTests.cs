using System.Globalization;
using Correlation.TestKit.Processes;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.Cluster;

/// <summary>The documented script shows what docs/CLUSTER.md says.</summary>
public sealed class ClusterDemoTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_demonstration_kills_the_owner_and_finds_everything()
    {
        // Four ports in a row, below those that the system gives out.
        var port = 21_000 + (Environment.ProcessId % 1000 * 4);
        var shown = await Tool.RunAsync(new ProgramStart(
            "cluster-demo", ["bash", Repository.PathOf("deploy", "cluster-demo.sh"), port.ToString(CultureInfo.InvariantCulture)], Path.GetTempPath()));
        output.WriteLine(shown.Output);
        Assert.Equal(0, shown.ExitCode);
        Assert.Contains("200 alerts were accepted, 200 are there.", shown.Output, StringComparison.Ordinal);
    }
}
