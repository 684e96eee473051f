using System.Text.Json;

namespace Correlation.Gateway.Opsgenie.Configuration;

internal static class Lists
{
    public static ApiAnswer Empty() => ApiAnswer.Ok(json =>
    {
        json.WriteStartArray();
        json.WriteEndArray();
    });

    public static ApiAnswer Of<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        var all = items.ToList();
        return ApiAnswer.Ok(json =>
        {
            json.WriteStartArray();
            all.ForEach(item => write(json, item));
            json.WriteEndArray();
        });
    }

    /// <summary>What refers to a thing names it so.</summary>
    public static void WriteMeta(Utf8JsonWriter json, string id, string name)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("name", name);
        json.WriteEndObject();
    }
}
