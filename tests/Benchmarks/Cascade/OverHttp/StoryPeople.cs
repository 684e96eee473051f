using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Correlation.Benchmarks.Cascade.OverHttp;

/// <summary>
/// Whoever is paged: they look at what the incident is blamed on, and have it three minutes of the story later.
/// </summary>
internal sealed class StoryPeople : IAsyncDisposable
{
    private static readonly TimeSpan AnswersAfter = TimeSpan.FromMinutes(3);

    private readonly ConcurrentDictionary<string, string> _blamed = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task> _answers = [];
    private WebApplication? _server;

    /// <summary>By incident that paged: the entity it was blamed on then; empty for none.</summary>
    public IReadOnlyDictionary<string, string> Blamed => _blamed;

    public async Task StartAsync(Uri url, Func<(HttpClient Client, StoryClock Clock)> service)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(url.ToString());
        _server = builder.Build();
        _server.MapPost("/", (RequestDelegate)(async context =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            var data = body.RootElement.GetProperty("data");
            var (id, who) = (data.GetProperty("incidentId").GetString()!, data.GetProperty("who").GetString()!);
            if (body.RootElement.GetProperty("type").GetString() == "incident.page" && _blamed.TryAdd(id, ""))
            {
                _answers.Add(AnswerAsync(service(), id, who));
            }

            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }));
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_answers);
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task AnswerAsync((HttpClient Client, StoryClock Clock) service, string incident, string who)
    {
        var (client, clock) = service;
        var at = clock.Now + AnswersAfter;
        _blamed[incident] = StoryReading.CauseOf(
            await client.GetFromJsonAsync<JsonElement>($"/api/v1/incidents/{incident}"));
        await clock.UntilAsync(at, CancellationToken.None);

        // Merged or resolved meanwhile is no fault of theirs.
        using var answer = await client.PostAsJsonAsync(
            $"/api/v1/incidents/{incident}/acknowledge", new { user = who });
    }
}
