using System.CommandLine;
using Correlation.Silo.Configuration;
using Correlation.Silo.Outbox;

namespace Correlation.Silo.Commands;

/// <summary><c>check folder</c>: what a start with this folder would say, for an editor and for a pipeline.</summary>
public static class CheckCommand
{
    public static Command Create(IReadOnlyList<IChannel> channelTypes, TimeProvider time)
    {
        var folder = new Argument<string>("folder") { Description = "The folder of YAML files." };
        var command = new Command("check", "Checks a configuration folder; exits with 1 on errors.") { folder };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(folder),
            new ConfigurationReader(channelTypes, Environment.GetEnvironmentVariable, time),
            time,
            parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(string folder, ConfigurationReader reader, TimeProvider time, TextWriter output)
    {
        var content = FolderContent.Read(folder);
        var read = reader.Read(content);
        var byLogAlone = read.Policy is null ? [] : OnDuty.ByLogAlone(read.Policy, time.GetUtcNow()).ToList();
        foreach (var problem in read.Problems.Concat(byLogAlone))
        {
            output.WriteLine(problem);
        }

        output.WriteLine(
            $"{folder}: {Count(content.Files.Count, "file")}, {Count(read.Errors.Count(), "error")}, " +
            $"{Count(read.Warnings.Count() + byLogAlone.Count, "warning")}");
        return read.Policy is null ? 1 : 0;
    }

    private static string Count(int number, string word) => number == 1 ? $"1 {word}" : $"{number} {word}s";
}
