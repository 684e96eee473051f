using System.CommandLine;
using System.IO.Enumeration;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Intake;

/// <summary>Compares servers under load and prints a table.</summary>
internal static class IntakeCommand
{
    private static readonly string[] AllServers =
    [
        AlertmanagerServer.ServerName,
        AppendServer.OnSqlite, SiloServer.OnSqlite,
        AppendServer.OnPostgres, SiloServer.OnPostgres,
    ];

    public static Command Create()
    {
        var quick = new Option<bool>("--quick")
        {
            Description = "a few seconds per cell, 256 connections and 1,000 keys",
        };
        var scenarios = new Option<string[]>("--scenario")
        {
            AllowMultipleArgumentsPerToken = true,
            Description = "names with wildcards: " + string.Join(' ', Scenario.All.Select(scenario => scenario.Name)),
        };
        var servers = new Option<string[]>("--servers") { AllowMultipleArgumentsPerToken = true };
        servers.AcceptOnlyFromAmong(AllServers);
        var slice = new Option<double?>("--slice") { Description = "measured seconds of one slice (6, quick 2)" };
        var pairs = new Option<int?>("--pairs") { Description = "slices of each server (10, quick 3)" };
        var warmUp = new Option<double?>("--warm-up") { Description = "seconds before the first slice (10, quick 4)" };
        var silo = new Option<string>("--silo")
        {
            DefaultValueFactory = _ => SiloServer.DefaultDll,
            Description = "the build of this service to measure",
        };
        var command = new Command("intake",
            "measures the intake of alerts beside its peers, in alternating slices; TMPDIR chooses the disk")
        {
            quick, scenarios, servers, slice, pairs, warmUp, silo,
        };
        command.SetAction((parsed, token) =>
        {
            var isQuick = parsed.GetValue(quick);
            return IntakeRun.RunAsync(new IntakeOptions
            {
                Scenarios = Choose(parsed.GetValue(scenarios) ?? [], isQuick),
                Servers = parsed.GetValue(servers) is { Length: > 0 } chosen ? chosen : AllServers,
                SliceSeconds = parsed.GetValue(slice) ?? (isQuick ? 2 : 6),
                LeadInSeconds = isQuick ? 0.5 : 1,
                WarmUpSeconds = parsed.GetValue(warmUp) ?? (isQuick ? 4 : 10),
                Pairs = parsed.GetValue(pairs) ?? (isQuick ? 3 : 10),
                SiloDll = parsed.GetRequiredValue(silo),
            }, token);
        });
        return command;
    }

    private static List<Scenario> Choose(string[] patterns, bool quick)
    {
        patterns = patterns.Length > 0 ? patterns : quick ? ["*-1000-*x256", "new-*x256"] : ["*"];
        var chosen = Scenario.All
            .Where(scenario => patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, scenario.Name)))
            .ToList();
        return chosen.Count > 0
            ? chosen
            : throw new ArgumentException($"--scenario {string.Join(' ', patterns)} matches none; see --help");
    }
}
