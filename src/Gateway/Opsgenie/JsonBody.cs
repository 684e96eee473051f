using System.Buffers;
using System.Text.Json;
using Correlation.Gateway.Requests;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// The fields of a JSON object, read in one pass without a document. Nothing, <c>null</c> and <c>{}</c> are the same;
/// unknown keys are skipped, for the Go SDK sends its own identifier fields along.
/// </summary>
internal abstract class JsonBody
{
    public FieldErrors Errors { get; } = new();

    /// <exception cref="JsonException">Not JSON, not UTF-8, or nested deeper than 64.</exception>
    public void Read(in ReadOnlySequence<byte> body)
    {
        if (WholeBody.IsBlank(body))
        {
            return;
        }

        var reader = new Utf8JsonReader(body);
        try
        {
            reader.Read();
            ReadObject(ref reader);
            reader.Read();
        }
        catch (InvalidOperationException e)
        {
            // How the reader says that a text is not UTF-8, or holds half of a surrogate pair.
            throw new JsonException($"A text near byte {reader.TokenStartIndex} is not valid UTF-8.", e);
        }
    }

    /// <summary>Called on a property's name; false when it is not known, and then nothing was consumed.</summary>
    protected abstract bool TryReadField(ref Utf8JsonReader reader);

    private void ReadObject(ref Utf8JsonReader reader)
    {
        if (!JsonTexts.StartsObject(ref reader, "body", Errors))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!TryReadField(ref reader))
            {
                reader.Skip();
            }
        }
    }
}
