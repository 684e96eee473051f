using System.Net;
using System.Net.Http.Json;
using Correlation.TestKit.Processes;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.EndToEnd.Durability;

/// <summary>A full disk stops the intake, with an answer that says when to try again, and nothing else.</summary>
public sealed class FullDiskTests(ITestOutputHelper output)
{
    private const int Megabytes = 128;
    private const int Acknowledgements = 50;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly string Long = new('x', 10_000);

    private readonly HashSet<string> _stored = [];
    private int _sent;

    [SmallDiskFact]
    public async Task A_full_disk_refuses_alerts_and_lets_people_acknowledge_until_there_is_room_again()
    {
        await using var disk = await SmallDisk.MountAsync(Megabytes);
        await using var silo = await SiloProcess.StartNewAsync(new SiloSettings
        {
            Environment = new Dictionary<string, string?> { ["CORRELATION_DATA"] = disk.Path },
        });
        for (var alert = 0; alert < Acknowledgements; alert++)
        {
            Assert.Equal(HttpStatusCode.Accepted, (await CreateAsync(silo)).Status);
        }

        var filler = disk.Fill(leaveBytes: 0);
        var refused = await UntilRefusedAsync(silo);
        output.WriteLine($"after {_sent} alerts: {refused}");
        Assert.NotNull(refused.RetryAfter);
        Assert.Contains("disk is full", refused.Body, StringComparison.Ordinal);
        Assert.Contains("disk is full", await ReadinessAsync(silo), StringComparison.Ordinal);

        await AcknowledgeAsync(silo, _stored.Take(Acknowledgements / 2));

        // A start finds the disk as full as the kill left it.
        await silo.KillAsync();
        await silo.LaunchAsync();
        await silo.Program.UntilReadyAsync(() => HttpReadiness.AnswersAsync($"{silo.Url}/healthz"), Deadline);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await CreateAsync(silo)).Status);
        await AcknowledgeAsync(silo, _stored.Skip(Acknowledgements / 2).Take(Acknowledgements / 2));

        File.Delete(filler);
        await Poll.UntilAsync(
            async () => (await CreateAsync(silo)).Status == HttpStatusCode.Accepted, Deadline,
            () => "alerts are taken in again");
        Assert.True(await HttpReadiness.AnswersAsync($"{silo.Url}/readyz"));
        await AssertStoredAsync(silo);

        await silo.KillAsync();
        await silo.StartAsync();
        await AssertStoredAsync(silo);
    }

    private async Task<Answer> CreateAsync(SiloProcess silo)
    {
        var alert = new { message = "Disk is full", alias = $"disk-{_sent++}", description = Long, entity = $"node:gpu-{_sent}" };
        using var response = await silo.Client.PostAsJsonAsync("/v2/alerts", alert);
        if (response.IsSuccessStatusCode)
        {
            _stored.Add(alert.alias);
        }

        return new Answer(
            response.StatusCode, response.Headers.RetryAfter?.Delta, await response.Content.ReadAsStringAsync());
    }

    private async Task<Answer> UntilRefusedAsync(SiloProcess silo)
    {
        var answer = await CreateAsync(silo);
        await Poll.UntilAsync(
            async () => (answer = await CreateAsync(silo)).Status == HttpStatusCode.ServiceUnavailable,
            Deadline,
            () => $"an alert is refused; {_stored.Count} were taken and the last answer was {answer}");
        return answer;
    }

    private static async Task AcknowledgeAsync(SiloProcess silo, IEnumerable<string> aliases)
    {
        foreach (var alias in aliases)
        {
            using var response = await silo.Client.PostAsJsonAsync(
                $"/v2/alerts/{alias}/acknowledge?identifierType=alias", new { user = "ann" });
            Assert.True(response.IsSuccessStatusCode, $"{alias}: {await response.Content.ReadAsStringAsync()}");
            using var alert = await silo.Client.GetAsync($"/v2/alerts/{alias}?identifierType=alias");
            Assert.True(
                (await Json.ReadAsync(alert)).GetProperty("data").GetProperty("acknowledged").GetBoolean(), alias);
        }
    }

    private async Task AssertStoredAsync(SiloProcess silo)
    {
        foreach (var alias in _stored)
        {
            using var response = await silo.Client.GetAsync($"/v2/alerts/{alias}?identifierType=alias");
            Assert.True(response.IsSuccessStatusCode, $"{alias} was answered with 2xx and is gone");
        }
    }

    private static async Task<string> ReadinessAsync(SiloProcess silo)
    {
        using var response = await silo.Client.GetAsync("/readyz");
        return await response.Content.ReadAsStringAsync();
    }

    private sealed record Answer(HttpStatusCode Status, TimeSpan? RetryAfter, string Body);
}
