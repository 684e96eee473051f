using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Policy.Matchers;

namespace Correlation.Grains.Wire;

/// <summary>
/// How domain values look in stored JSON. The shapes are held by golden files in the tests: a change that breaks one
/// needs a new shape version and a reader for the old.
/// </summary>
public static class WireJson
{
    /// <summary>
    /// Reads all that is stored. Writes every value that is not null: for policies, which keep the defaults of the
    /// release that they were in force under.
    /// </summary>
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { CommandFamilies.Describe } },
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase),
            new TextConverter(),
            new LabelsConverter(),
            new ValueListConverterFactory(),
            new MatcherSetConverter(),
            new LocalDateTimeConverter(),
            new ParticipantConverter(),
        },
    };

    /// <summary>
    /// Writes states, commands, child rows and deliveries: without what a missing property is read back as.
    /// </summary>
    public static readonly JsonSerializerOptions Lean = new(Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { CommandFamilies.Describe, LeftOut.Describe } },
    };

    /// <summary>Texts that states have in common are one string in memory, whether they came in or were read.</summary>
    private sealed class TextConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Shared(ref reader);

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);
    }

    private static string? Shared(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.String or
            JsonTokenType.PropertyName && !reader.ValueIsEscaped && !reader.HasValueSequence
            ? SharedTexts.Of(reader.ValueSpan) ?? reader.GetString()
            : reader.GetString();

    private sealed class LabelsConverter : JsonConverter<Labels>
    {
        public override Labels Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var pairs = new List<KeyValuePair<string, string>>();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = Shared(ref reader)!;
                reader.Read();
                pairs.Add(new(name, Shared(ref reader) ?? ""));
            }

            return Labels.From(pairs);
        }

        public override void Write(Utf8JsonWriter writer, Labels value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (name, text) in value)
            {
                writer.WriteString(name, text);
            }

            writer.WriteEndObject();
        }
    }

    private sealed class ValueListConverterFactory : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ValueList<>);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(
                typeof(ValueListConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
    }

    private sealed class ValueListConverter<T> : JsonConverter<ValueList<T>>
    {
        public override ValueList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var items = new List<T>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                items.Add(JsonSerializer.Deserialize<T>(ref reader, options)!);
            }

            return items.ToValueList();
        }

        public override void Write(Utf8JsonWriter writer, ValueList<T> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var item in value)
            {
                JsonSerializer.Serialize(writer, item, options);
            }

            writer.WriteEndArray();
        }
    }

    private sealed class MatcherSetConverter : JsonConverter<MatcherSet>
    {
        public override MatcherSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            MatcherParser.TryParse(reader.GetString()!, out var set, out var error)
                ? set
                : throw new JsonException($"A stored matcher set does not parse: {error}");

        public override void Write(Utf8JsonWriter writer, MatcherSet value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }

    private sealed class LocalDateTimeConverter : JsonConverter<NodaTime.LocalDateTime>
    {
        private static readonly NodaTime.Text.LocalDateTimePattern Pattern = NodaTime.Text.LocalDateTimePattern.GeneralIso;

        public override NodaTime.LocalDateTime Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Pattern.Parse(reader.GetString()!).Value;

        public override void Write(
            Utf8JsonWriter writer, NodaTime.LocalDateTime value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Pattern.Format(value));
    }

    /// <summary>In policies of older releases a participant is the bare name of a user.</summary>
    private sealed class ParticipantConverter : JsonConverter<Participant>
    {
        public override Participant Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Participant.Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, Participant value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
