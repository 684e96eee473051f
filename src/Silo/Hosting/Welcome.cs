namespace Correlation.Silo.Hosting;

/// <summary>What a first start prints: where it listens, and how to send the first alert.</summary>
internal static class Welcome
{
    public static string Text(SiloSettings settings)
    {
        var url = settings.Urls.Split(';')[0].TrimEnd('/');
        var store = settings.Database.Length > 0 ? "PostgreSQL" : Path.Combine(settings.Data, "correlation.db");
        return $$"""
            Correlation listens on {{settings.Urls}} and stores in {{store}}.

            Send a first alert, with your API key for KEY:

              curl -X POST {{url}}/v2/alerts -H 'Authorization: GenieKey KEY' -H 'Content-Type: application/json' \
                -d '{"message":"Model Accuracy Drop - churn_model","alias":"model-accuracy-churn","priority":"P2","entity":"churn_model"}'

            and see the incident it opened:

              curl {{url}}/api/v1/incidents -H 'Authorization: GenieKey KEY'

            Stop with Ctrl+C.
            """;
    }
}
