using System.Net.Http.Json;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Answers;

/// <summary>Answers to clicks, under the address that Slack sends along with each.</summary>
public sealed partial class SlackReplies(ILogger<SlackReplies> logger) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>What is not told is no harm: the click has had its effect, and the message shows it.</summary>
    public async Task TellAsync(string responseUrl, string said)
    {
        if (!Uri.TryCreate(responseUrl, UriKind.Absolute, out var url) || (url.Scheme != "https" && !url.IsLoopback))
        {
            return;
        }

        try
        {
            var reply = new { response_type = "ephemeral", replace_original = false, text = said };
            using var response = await _client.PostAsJsonAsync(url, reply);
            if (!response.IsSuccessStatusCode)
            {
                LogUntold($"HTTP {(int)response.StatusCode}");
            }
        }
        catch (Exception untold) when (untold is HttpRequestException or OperationCanceledException)
        {
            LogUntold(untold.Message);
        }
    }

    public void Dispose() => _client.Dispose();

    [LoggerMessage(1, LogLevel.Warning, "Who clicked in Slack was not told what became of it: {Reason}")]
    private partial void LogUntold(string reason);
}
