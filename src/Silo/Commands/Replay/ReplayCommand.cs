using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using Correlation.Grains.Policy;
using Correlation.Silo.Configuration;
using Correlation.Silo.Hosting;
using Correlation.Silo.Outbox;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Postgres;
using Correlation.Silo.Storage.Sqlite;
using Spectre.Console;

namespace Correlation.Silo.Commands.Replay;

/// <summary>
/// <c>replay --config folder</c>: what the recorded log would have come to under a changed configuration. The same
/// log and the
/// same folders give the same bytes.
/// </summary>
public static class ReplayCommand
{
    /// <summary>Where the output is no terminal.</summary>
    private const int Width = 140;

    public static Command Create(IReadOnlyList<IChannel> channelTypes, TimeProvider time)
    {
        var config = new Option<string>("--config")
        {
            Description = "The folder of the changed configuration.",
            Required = true,
        };
        var baseline = new Option<string?>("--baseline")
        {
            Description = "A folder to compare with, instead of the configuration that was recorded.",
        };
        var from = new Option<string?>("--from")
        {
            Description = "Compares from then on, such as 2026-11-01 or 2026-11-01T06:00Z; in UTC.",
        };
        var to = new Option<string?>("--to") { Description = "Runs until then." };
        var json = new Option<bool>("--json") { Description = "Prints one JSON document instead of text." };
        var data = new Option<string?>("--CORRELATION_DATA")
        {
            Description = "The data folder that was recorded; it is only read.",
        };
        var database = new Option<string?>("--CORRELATION_DATABASE")
        {
            Description = "The PostgreSQL database that was recorded.",
        };
        var command = new Command(
            "replay",
            "Runs the recorded log again under a changed configuration and shows what would have been different.")
        {
            config, baseline, from, to, json, data, database,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var reader = new ConfigurationReader(channelTypes, Environment.GetEnvironmentVariable, time);
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            try
            {
                var request = new ReplayRequest(
                    Read(parsed.GetRequiredValue(config), reader),
                    parsed.GetRequiredValue(config),
                    parsed.GetValue(baseline) is { } folder ? Read(folder, reader) : null,
                    parsed.GetValue(baseline),
                    Time("--from", parsed.GetValue(from)),
                    Time("--to", parsed.GetValue(to)));
                using var log = Open(name => name switch
                {
                    "CORRELATION_DATA" => parsed.GetValue(data) ?? Environment.GetEnvironmentVariable(name),
                    "CORRELATION_DATABASE" => parsed.GetValue(database) ?? Environment.GetEnvironmentVariable(name),

                    // The folder that serves is not read, and need not be there.
                    "CORRELATION_CONFIG" => ".",
                    _ => null,
                });
                return await RunAsync(log, request, parsed.GetValue(json), output, error, cancellation);
            }
            catch (Exception e) when (
                e is SettingException or RefusedFolderException or StoreRefusedException or DbException)
            {
                await error.WriteLineAsync(e.Message);
                return 1;
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(
        IRecordedLog log, ReplayRequest request, bool json, TextWriter output, TextWriter error,
        CancellationToken cancellation)
    {
        var report = await WithProgressAsync(progress => new Replayer(log, request).RunAsync(progress, cancellation));
        if (report is null)
        {
            await error.WriteLineAsync("The log is empty: there is nothing to replay.");
            return 1;
        }

        if (json)
        {
            await output.WriteLineAsync(ReplayJson.Write(report));
            return 0;
        }

        var toTerminal = output == Console.Out && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = toTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = toTerminal ? console.Profile.Width : Width;
        ReplayText.Write(report, console);
        return 0;
    }

    /// <summary>Beside the output, which may be a file; nothing where nobody looks.</summary>
    private static async Task<ReplayReport?> WithProgressAsync(Func<Action<double>, Task<ReplayReport?>> run)
    {
        if (Console.IsErrorRedirected)
        {
            return await run(_ => { });
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress().AutoClear(true).StartAsync(progress =>
        {
            var bar = progress.AddTask("Replaying the log", maxValue: 1);
            return run(share => bar.Value = share);
        });
    }

    private static IRecordedLog Open(Func<string, string?> value)
    {
        var settings = SiloSettings.Read(value);
        return settings.Database.Length > 0
            ? new PostgresRecordedLog(settings.Database)
            : new SqliteRecordedLog(settings.Data);
    }

    private static PolicyVersion Read(string folder, ConfigurationReader reader)
    {
        var read = reader.Read(FolderContent.Read(folder));
        return read.Policy ?? throw new RefusedFolderException(string.Join('\n', read.Errors));
    }

    private static DateTimeOffset? Time(string option, string? text) => text is null ? null
        : DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time)
            ? time
            : throw new SettingException(
                $"{option} must be a time such as 2026-11-01 or 2026-11-01T06:00Z; it is '{text}'.");

    private sealed class RefusedFolderException(string errors) : Exception(errors);
}
