using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.Lineage;

/// <summary>
/// The real process under events as Airflow's client sends them: a bearer key, packed, on the path that it appends.
/// </summary>
public sealed class LineageTests
{
    private const string Alias = "lineage:job:airflow/features_daily.materialize:failed";

    [Fact]
    public async Task A_failed_task_is_an_alert_and_what_it_read_and_wrote_outlives_a_kill()
    {
        await using var silo = await SiloProcess.StartNewAsync();
        Assert.Equal(
            HttpStatusCode.OK,
            await PostAsync(
                silo, Event("START", "0194339f-8a00-7abc-8def-000000000001", "2026-01-05T00:00:12.345678+00:00")));
        Assert.Equal(
            HttpStatusCode.OK,
            await PostAsync(silo, Event("FAIL", "0194339f-8a00-7abc-8def-000000000001", "2026-01-05T00:07:00+00:00")));
        await UntilAsync(silo, "open");

        await silo.KillAsync();
        await silo.StartAsync();

        var radius = await GetAsync(
            silo, "/api/v1/entities/dataset:postgres%3A%2F%2Fdb:5432%2Fshop.public.orders/downstream");
        Assert.Equal(
            ["job:airflow/features_daily.materialize", "dataset:s3://lake/features/user_stats", "job:airflow/features_daily"],
            radius.GetProperty("items").EnumerateArray().OrderBy(item => item.GetProperty("hops").GetInt32()).ThenBy(
                item => item.GetProperty("entity").GetString(), StringComparer.Ordinal)
                .Select(item => item.GetProperty("entity").GetString()!));
        Assert.Equal(Alias, radius.GetProperty("items")[0].GetProperty("alert").GetProperty("alias").GetString());

        Assert.Equal(
            HttpStatusCode.OK,
            await PostAsync(
                silo, Event("COMPLETE", "0194339f-8a00-7abc-8def-000000000002", "2026-01-05T01:00:00+00:00")));
        await UntilAsync(silo, "closed");
    }

    private static async Task<HttpStatusCode> PostAsync(SiloProcess silo, string json)
    {
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(json));
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/lineage") { Content = new ByteArrayContent(packed.ToArray()) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", silo.ApiKey);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Content.Headers.ContentEncoding.Add("gzip");
        using var response = await silo.Client.SendAsync(request);
        return response.StatusCode;
    }

    private static Task UntilAsync(SiloProcess silo, string status) => Poll.UntilAsync(
        async () =>
        {
            using var response = await silo.Client.GetAsync("/api/v1/alerts/" + Uri.EscapeDataString(Alias));
            return response.IsSuccessStatusCode &&
                JsonElement.Parse(await response.Content.ReadAsStringAsync())
                    .GetProperty("status")
                    .GetString() == status;
        },
        TimeSpan.FromSeconds(20),
        () => $"the alert '{Alias}' to be {status}");

    private static async Task<JsonElement> GetAsync(SiloProcess silo, string path) =>
        JsonElement.Parse(await silo.Client.GetStringAsync(path));

    private static string Event(string type, string run, string at) => """
        {"eventType":"TYPE","eventTime":"AT","producer":"https://github.com/apache/airflow/tree/providers-openlineage/2.0.0",
         "schemaURL":"https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
         "run":{"runId":"RUN","facets":{
           "errorMessage":{"_producer":"p","_schemaURL":"s","message":"ValueError: 0 rows","programmingLanguage":"python"},
           "parent":{"run":{"runId":"0194339f-0000-7abc-8def-0123456789ab"},"job":{"namespace":"airflow","name":"features_daily"}}}},
         "job":{"namespace":"airflow","name":"features_daily.materialize","facets":{"jobType":{"processingType":"BATCH","integration":"AIRFLOW","jobType":"TASK"}}},
         "inputs":[{"namespace":"postgres://db:5432","name":"shop.public.orders","facets":{}}],
         "outputs":[{"namespace":"s3://lake","name":"features/user_stats","facets":{}}]}
        """.Replace("TYPE", type, StringComparison.Ordinal).Replace("\"AT\"", $"\"{at}\"", StringComparison.Ordinal).Replace("RUN\"", run + "\"", StringComparison.Ordinal);
}
