using System.Text.Json;
using Correlation.TestKit.Processes;

namespace Correlation.EndToEnd.RealClients;

/// <summary>What the native API shows.</summary>
internal sealed class Incidents(SiloProcess silo)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>The one with such a title, once it is as wanted.</summary>
    public Task<JsonElement> TitledAsync(string title, Func<JsonElement, bool> wanted, string what) => UntilAsync(
        incident => incident.Text("title") == title, wanted, $"the incident '{title}' {what}");

    /// <summary>The one that is about the entity, once it is as wanted.</summary>
    public Task<JsonElement> OfAsync(string entity, Func<JsonElement, bool> wanted, string what) => UntilAsync(
        incident => incident.Texts("members", each: "entity").Contains(entity), wanted,
        $"the incident of {entity} {what}");

    public Task<JsonElement> OfAsync(string entity) => OfAsync(entity, _ => true, "is there");

    public async Task<IReadOnlyList<JsonElement>> AllAsync() =>
        [.. (await GetAsync("/api/v1/incidents?status=all&limit=100")).GetProperty("items").EnumerateArray()];

    /// <summary>The texts of its history, oldest first.</summary>
    public async Task<string[]> TimelineAsync(JsonElement incident) =>
        (await GetAsync($"/api/v1/incidents/{incident.Text("id")}/timeline?limit=100")).Texts("items", each: "text");

    /// <summary>An alert of it, as the native API shows it.</summary>
    public Task<JsonElement> AlertAsync(JsonElement member) => GetAsync($"/api/v1/alerts/{member.Text("id")}");

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await silo.Client.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(body)
            : throw new InvalidOperationException($"GET {path} was answered {(int)response.StatusCode}: {body}");
    }

    private async Task<JsonElement> UntilAsync(
        Func<JsonElement, bool> which, Func<JsonElement, bool> wanted, string what)
    {
        IReadOnlyList<JsonElement> all = [];
        JsonElement found = default;
        await Poll.UntilAsync(LookAsync, Deadline, () => $"{what}. There are: {string.Join('\n', all)}");
        return found;

        async Task<bool> LookAsync()
        {
            all = await AllAsync();
            var matching = all.Where(which).Take(2).ToList();
            if (matching.Count > 1)
            {
                throw new InvalidOperationException($"{what}, but there are several: {string.Join('\n', matching)}");
            }

            if (matching.Count == 0)
            {
                return false;
            }

            // Alone it is shown with exact counts, in a list with those of the last checkpoint.
            found = await GetAsync($"/api/v1/incidents/{matching[0].Text("id")}");
            return wanted(found);
        }
    }
}
