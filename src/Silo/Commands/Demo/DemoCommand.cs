using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Correlation.Silo.Commands.Demo;

/// <summary>
/// <c>demo</c>: tells a running server a short ML failure story over HTTP and shows the incidents it made.
/// </summary>
public static class DemoCommand
{
    public static Command Create(TimeProvider time)
    {
        var url = new Option<string>("--url")
        {
            Description = "Where the service listens.",
            DefaultValueFactory = _ => "http://127.0.0.1:8080",
        };
        var key = new Option<string?>("--key") { Description = "An API key; by default CORRELATION_API_KEY, else you are asked." };
        var speed = new Option<double>("--speed") { Description = "Twice as fast is 2.", DefaultValueFactory = _ => 1 };
        var command = new Command(
            "demo", "Sends a short ML failure story to a running server and shows the incidents it made.")
        {
            url, key, speed,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var given = parsed.GetValue(key) ?? Environment.GetEnvironmentVariable("CORRELATION_API_KEY")
                ?? AskForKey();
            if (given is null)
            {
                AnsiConsole.MarkupLine(
                    "[red]No API key.[/] Set CORRELATION_API_KEY, or give --key, to the key the first start printed.");
                return 1;
            }

            if (!Uri.TryCreate(parsed.GetRequiredValue(url), UriKind.Absolute, out var address))
            {
                AnsiConsole.MarkupLineInterpolated(
                    $"[red]--url must be an address such as http://127.0.0.1:8080[/]; it is '{parsed.GetValue(url)}'.");
                return 1;
            }

            using var client = new HttpClient { BaseAddress = address };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("GenieKey", given);
            var run = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            return await TellAsync(client, Story.Of(run), Math.Max(parsed.GetValue(speed), 0.1), time, cancellation);
        });
        return command;
    }

    private static string? AskForKey() => Console.IsInputRedirected
        ? null
        : AnsiConsole.Prompt(new TextPrompt<string>("API key (the first start printed it):").Secret());

    private static async Task<int> TellAsync(
        HttpClient client, IReadOnlyList<Scene> story, double speed, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            await AnsiConsole.Progress()
                .Columns(
                    new SpinnerColumn(),
                    new ProgressBarColumn(),
                    new TaskDescriptionColumn { Alignment = Justify.Left })
                .StartAsync(async progress =>
                {
                    var bar = progress.AddTask("The story begins.", maxValue: story.Count);
                    foreach (var scene in story)
                    {
                        bar.Description = Markup.Escape(scene.Text);
                        using var answer = await client.PostAsJsonAsync(scene.Path, scene.Body, cancellation);
                        answer.EnsureSuccessStatusCode();
                        bar.Increment(1);
                        await Task.Delay(scene.Pause / speed, time, cancellation);
                    }

                    bar.Description = "The story is told.";
                });
            Show(await IncidentsOfAsync(client, story, cancellation));
            return 0;
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.Unauthorized)
        {
            AnsiConsole.MarkupLine("[red]The key was not accepted.[/] Give the key the first start printed (--key or CORRELATION_API_KEY).");
        }
        catch (HttpRequestException e)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{e.Message}[/] Is the service running at {client.BaseAddress}? Start it with: dotnet run --project src/Silo -c Release");
        }

        return 1;
    }

    /// <summary>Found by the story's alerts: a server that is in use has incidents of others, and newer ones.</summary>
    private static async Task<List<JsonNode>> IncidentsOfAsync(
        HttpClient client, IReadOnlyList<Scene> story, CancellationToken cancellation)
    {
        var incidents = new List<JsonNode>();
        foreach (var alias in story.Select(scene => scene.Body["alias"]?.ToString()).OfType<string>().Distinct())
        {
            var alert = await client.GetFromJsonAsync<JsonNode>(
                $"/api/v1/alerts/{Uri.EscapeDataString(alias)}", cancellation);
            if (alert?["incident"]?["id"]?.ToString() is { } id && incidents.TrueForAll(i => i["id"]?.ToString() != id))
            {
                incidents.Add((await client.GetFromJsonAsync<JsonNode>($"/api/v1/incidents/{id}", cancellation))!);
            }
        }

        return incidents;
    }

    private static void Show(IEnumerable<JsonNode> incidents)
    {
        AnsiConsole.Write(new Rule("Incidents").LeftJustified());
        foreach (var incident in incidents)
        {
            var by = (incident["resolvedBy"] ?? incident["acknowledgedBy"]) is { } who
                ? Markup.Escape($" by {Name(who)}")
                : "";
            var paged = (incident["pages"]?.AsArray() ?? []).Select(page => Name(page?["who"])).Distinct();
            AnsiConsole.MarkupLine($"[bold]{Cell(incident, "priority")}[/] {Cell(incident, "title")}");
            AnsiConsole.MarkupLine(
                $"   {Cell(incident, "status")}{by}, {Cell(incident, "memberCount")} alerts, paged {Markup.Escape(string.Join(", ", paged))}");
            var path = (incident["cause"]?["path"]?.AsArray() ?? []).Select(urn => urn?.ToString());
            AnsiConsole.MarkupLine($"   path: {Markup.Escape(string.Join(" -> ", path))}");
        }

        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(
            "One incident per cause, and the repeat was folded. Why each alert is where it is: /api/v1/incidents/<id>");
    }

    /// <summary>A user name without its domain fits the line.</summary>
    private static string Name(JsonNode? user) => user?.ToString().Split('@')[0] ?? "";

    private static string Cell(JsonNode incident, string name) => Markup.Escape(incident[name]?.ToString() ?? "");
}
