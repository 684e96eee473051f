using System.CommandLine;
using System.Text.Json;

namespace Correlation.Benchmarks.Load;

/// <summary>The load as a process of its own: its memory and processor time are not the server's.</summary>
internal static class LoadCommand
{
    /// <summary>Written when the measurement begins, for a driver that reads the server's counters then.</summary>
    public const string Measuring = "measuring";

    public static Command Create()
    {
        var server = new Option<Uri[]>("--server")
        {
            Required = true,
            Description = "http://127.0.0.1:port; several take connections in turn",
            CustomParser = argument => [.. argument.Tokens.Select(token => new Uri(token.Value))],
        };
        var kind = new Option<LoadKind>("--kind") { Required = true };
        var startsAt = new Option<string>("--starts-at") { Required = true, Description = "RFC 3339" };
        var apiKey = new Option<string?>("--api-key");
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 256 };
        var alerts = new Option<int>("--alerts") { DefaultValueFactory = _ => 1, Description = "alerts per request" };
        var keys = new Option<long>("--keys") { DefaultValueFactory = _ => 1_000 };
        var firstKey = new Option<long>("--first-key") { Description = "where new keys begin" };
        var rate = new Option<double>("--rate") { Description = "requests per second; 0 is as many as are answered" };
        var leadIn = new Option<double>("--lead-in") { DefaultValueFactory = _ => 1, Description = "seconds" };
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 5 };
        var command = new Command("load", "sends alerts to a server on loopback and prints what it measured as JSON")
        {
            server, kind, startsAt, apiKey, connections, alerts, keys, firstKey, rate, leadIn, seconds,
        };
        command.SetAction(parsed => Run(new LoadOptions
        {
            Servers = parsed.GetRequiredValue(server),
            Kind = parsed.GetRequiredValue(kind),
            StartsAt = parsed.GetRequiredValue(startsAt),
            ApiKey = parsed.GetValue(apiKey),
            Connections = parsed.GetValue(connections),
            Alerts = parsed.GetValue(alerts),
            Keys = parsed.GetValue(keys),
            FirstKey = parsed.GetValue(firstKey),
            Rate = parsed.GetValue(rate),
            LeadInSeconds = parsed.GetValue(leadIn),
            Seconds = parsed.GetValue(seconds),
        }));
        return command;
    }

    private static void Run(LoadOptions options)
    {
        using var loop = new LoadLoop(options);
        var result = loop.Run(() => Console.WriteLine(Measuring));
        Console.WriteLine(JsonSerializer.Serialize(result));
    }
}
