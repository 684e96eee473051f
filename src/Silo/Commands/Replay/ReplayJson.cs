using System.Text.Json;
using System.Text.Json.Serialization;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Commands.Replay;

/// <summary>
/// The whole report as one document: times in ISO 8601 UTC, durations in seconds, null for what there is not.
/// </summary>
internal static class ReplayJson
{
    private static readonly JsonSerializerOptions Options = new(WireJson.Options)
    {
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public static string Write(ReplayReport report) => JsonSerializer.Serialize(report, Options);
}
