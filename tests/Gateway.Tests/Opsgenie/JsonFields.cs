using System.Text.Json;

namespace Correlation.Gateway.Tests.Opsgenie;

/// <summary>Fields of an answer that must be there, read in one word.</summary>
internal static class JsonFields
{
    public static string? Text(this JsonElement json, string field) => json.GetProperty(field).GetString();

    public static int Number(this JsonElement json, string field) => json.GetProperty(field).GetInt32();

    public static bool Flag(this JsonElement json, string field) => json.GetProperty(field).GetBoolean();

    public static string Raw(this JsonElement json, string field) => json.GetProperty(field).GetRawText();
}
