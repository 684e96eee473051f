using System.Net;

namespace Correlation.TestKit.Processes;

/// <summary>Asks a program that is starting whether it is ready, over HTTP.</summary>
public static class HttpReadiness
{
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(2) };

    public static async Task<bool> AnswersAsync(string url)
    {
        try
        {
            using var response = await Client.GetAsync(url);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException)
        {
            // It took the connection and does not answer yet.
            return false;
        }
    }
}
