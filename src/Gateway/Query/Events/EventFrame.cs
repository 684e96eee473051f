using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Correlation.Gateway.Seams;

namespace Correlation.Gateway.Query.Events;

/// <summary>One history line as it goes over the wire, written once for all who listen.</summary>
internal sealed record EventFrame(long Id, ReadOnlyMemory<byte> Bytes)
{
    public static EventFrame Of(TimelineRow row)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        // Neither a type nor JSON ever holds a line break, which would end the frame.
        Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"id: {row.Id}\nevent: {row.Type}\ndata: "), bytes);
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = NativeJson.Options.Encoder }))
        {
            JsonSerializer.Serialize(json, HistoryLine.Of(row), NativeJson.Options);
        }

        bytes.Write("\n\n"u8);
        return new EventFrame(row.Id, bytes.WrittenMemory);
    }
}
