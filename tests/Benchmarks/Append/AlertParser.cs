using System.Buffers;
using System.Text.Json;

namespace Correlation.Benchmarks.Append;

/// <summary>Parses the body of <c>POST /api/v2/alerts</c> straight from UTF-8; keeps hashes instead of texts.</summary>
internal static class AlertParser
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static void Parse(ReadOnlySequence<byte> body, List<AppendRow> rows)
    {
        var reader = new Utf8JsonReader(body);
        Read(ref reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            rows.Add(ParseAlert(ref reader));
        }

        if (reader.TokenType != JsonTokenType.EndArray)
        {
            throw new JsonException("expected an array of alerts");
        }
    }

    private static AppendRow ParseAlert(ref Utf8JsonReader reader)
    {
        var row = default(AppendRow);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("labels"u8))
            {
                row = row with { Alias = HashPairs(ref reader) };
            }
            else if (reader.ValueTextEquals("annotations"u8))
            {
                row = row with { Texts = HashPairs(ref reader) };
            }
            else if (reader.ValueTextEquals("startsAt"u8))
            {
                Read(ref reader, JsonTokenType.String);
                row = row with { StartsAt = reader.GetDateTimeOffset().UtcTicks };
            }
            else
            {
                reader.Skip();
            }
        }

        return row;
    }

    // A sum over the pairs, so that their order does not matter and none has to be sorted.
    private static long HashPairs(ref Utf8JsonReader reader)
    {
        var sum = 0UL;
        Read(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Hash(Offset, ref reader);
            Read(ref reader, JsonTokenType.String);
            sum += Hash(name, ref reader);
        }

        return (long)sum;
    }

    private static ulong Hash(ulong hash, ref Utf8JsonReader reader)
    {
        Span<byte> copy = stackalloc byte[1024];
        scoped ReadOnlySpan<byte> text;
        if (!reader.HasValueSequence && !reader.ValueIsEscaped)
        {
            text = reader.ValueSpan;
        }
        else if ((reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length) <= copy.Length)
        {
            text = copy[..reader.CopyString(copy)];
        }
        else
        {
            throw new JsonException($"a text is longer than {copy.Length} bytes");
        }

        foreach (var octet in text)
        {
            hash = (hash ^ octet) * Prime;
        }

        return (hash ^ 0xFF) * Prime;
    }

    private static void Read(ref Utf8JsonReader reader, JsonTokenType expected)
    {
        if (!reader.Read() || reader.TokenType != expected)
        {
            throw new JsonException($"expected {expected} but found {reader.TokenType} at {reader.TokenStartIndex}");
        }
    }
}
