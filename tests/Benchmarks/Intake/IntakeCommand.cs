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

    /// <summary>Named only: they say what several processes do beside one.</summary>
    private static readonly string[] Clusters = [SiloServer.WithGateway, SiloServer.OfThree];

    /// <summary>Every scenario: some three hours.</summary>
    private static readonly Length Whole = new(["*"], Slice: 6, LeadIn: 1, Pairs: 10, WarmUp: 10);

    /// <summary>The hardest re-sent alerts, one and 64 per request: some twelve minutes.</summary>
    private static readonly Length Headline = new(["changing-100000-*x256"], Slice: 6, LeadIn: 1, Pairs: 6, WarmUp: 8);

    /// <summary>Whether everything works; its figures say little.</summary>
    private static readonly Length Quick = new(
        ["changing-1000-*x256", "new-1x256"], Slice: 2, LeadIn: 0.5, Pairs: 3, WarmUp: 4);

    public static Command Create()
    {
        var headline = new Option<bool>("--headline")
        {
            Description = $"only {Headline.Patterns[0]}, in some twelve minutes",
        };
        var quick = new Option<bool>("--quick") { Description = "a few seconds per server, to see that all works" };
        var scenarios = new Option<string[]>("--scenario")
        {
            AllowMultipleArgumentsPerToken = true,
            Description = "names with wildcards: " + string.Join(' ', Scenario.All.Select(scenario => scenario.Name)),
        };
        var servers = new Option<string[]>("--servers") { AllowMultipleArgumentsPerToken = true };
        servers.AcceptOnlyFromAmong([.. AllServers, .. Clusters]);
        var slice = new Option<double?>("--slice") { Description = "measured seconds of one slice (6, quick 2)" };
        var leadIn = new Option<double?>("--lead-in")
        {
            Description = "uncounted seconds at the beginning of each slice (1); more than a request takes, or what the slice before left is measured",
        };
        var pairs = new Option<int?>("--pairs") { Description = "slices of each server (10, headline 6, quick 3)" };
        var warmUp = new Option<double?>("--warm-up")
        {
            Description = "seconds before the first slice (10, headline 8, quick 4)",
        };
        var silo = ServerOptions.Silo();
        var compare = new Option<string?>("--compare")
        {
            Description = "another build of this service (its Correlation.Silo.dll), measured in turn with the first on the same store",
        };
        var command = new Command("intake",
            "measures the intake of alerts beside its peers, in alternating slices, every scenario in some three hours; " +
            "TMPDIR chooses the disk")
        {
            headline, quick, scenarios, servers, slice, leadIn, pairs, warmUp, silo, compare,
        };
        command.SetAction((parsed, token) =>
        {
            var other = parsed.GetValue(compare);
            var usual = other is null ? AllServers : [SiloServer.OnSqlite, SiloServer.OnPostgres];
            var length = parsed.GetValue(quick) ? Quick : parsed.GetValue(headline) ? Headline : Whole;
            return IntakeRun.RunAsync(new IntakeOptions
            {
                Scenarios = Choose(parsed.GetValue(scenarios) is { Length: > 0 } named ? named : length.Patterns),
                Servers = parsed.GetValue(servers) is { Length: > 0 } chosen ? chosen : usual,
                SliceSeconds = parsed.GetValue(slice) ?? length.Slice,
                LeadInSeconds = parsed.GetValue(leadIn) ?? length.LeadIn,
                WarmUpSeconds = parsed.GetValue(warmUp) ?? length.WarmUp,
                Pairs = parsed.GetValue(pairs) ?? length.Pairs,
                SiloDll = parsed.GetRequiredValue(silo),
                OtherDll = other,
            }, token);
        });
        return command;
    }

    private static List<Scenario> Choose(string[] patterns)
    {
        var chosen = Scenario.All
            .Where(scenario => patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, scenario.Name)))
            .ToList();
        return chosen.Count > 0
            ? chosen
            : throw new ArgumentException($"--scenario {string.Join(' ', patterns)} matches none; see --help");
    }

    private sealed record Length(string[] Patterns, double Slice, double LeadIn, int Pairs, double WarmUp);
}
