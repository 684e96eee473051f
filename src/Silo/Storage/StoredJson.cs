using System.Text.Json;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Storage;

/// <summary>Stored documents that are no grain states: deliveries and policies.</summary>
internal static class StoredJson
{
    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, WireJson.Lean);

    /// <summary>With the defaults of this release: what a policy said must not change with them.</summary>
    public static byte[] WriteWhole<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, WireJson.Options);

    public static T Read<T>(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<T>(json, WireJson.Options)
            ?? throw new JsonException($"A stored {typeof(T).Name} is null.");
}
