using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Correlation.Gateway.Alertmanager.Intake;
using Correlation.Grains.Policy.Matchers;

namespace Correlation.Gateway.Alertmanager.Silences;

/// <summary>The body of POST /api/v2/silences, with the checks that Alertmanager makes on its form.</summary>
internal sealed record PostedSilence
{
    private const int LongestText = 8_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new TimeConverter() },
    };

    public string? Id { get; init; }

    public IReadOnlyList<PostedMatcher?>? Matchers { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    public DateTimeOffset? EndsAt { get; init; }

    public string? CreatedBy { get; init; }

    public string? Comment { get; init; }

    /// <exception cref="JsonException">Not JSON, or a field is of a wrong type; the message names it.</exception>
    public static PostedSilence? Read(ref Utf8JsonReader reader) =>
        JsonSerializer.Deserialize<PostedSilence>(ref reader, Json);

    /// <summary>The matchers, or null with what is wrong with any field.</summary>
    public MatcherSet? Check(AlertProblems problems)
    {
        Require(problems, "comment", Comment);
        Require(problems, "createdBy", CreatedBy);
        Require(problems, "endsAt", EndsAt);
        Require(problems, "matchers", Matchers);
        Require(problems, "startsAt", StartsAt);
        if (Comment?.Length > LongestText || CreatedBy?.Length > LongestText)
        {
            problems.Invalid($"comment and createdBy can have at most {LongestText} characters");
        }

        var matchers = ReadMatchers(problems);
        if (problems.Count == 0 && matchers.Matchers.All(matcher => matcher.Matches("")))
        {
            problems.Invalid("invalid silence: at least one matcher must not match the empty string");
        }

        return problems.Count == 0 ? matchers : null;
    }

    private MatcherSet ReadMatchers(AlertProblems problems)
    {
        if (Matchers?.Count > MatcherParser.MaxMatchers)
        {
            problems.Invalid($"matchers can be at most {MatcherParser.MaxMatchers}");
            return MatcherSet.Empty;
        }

        var read = new List<Matcher>();
        for (var i = 0; i < Matchers?.Count; i++)
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"matchers.{i}");
            if (Matchers[i]?.Read(field, problems) is { } matcher)
            {
                read.Add(matcher);
            }
            else if (Matchers[i] is null)
            {
                problems.Missing(field);
            }
        }

        return new MatcherSet(read);
    }

    private static void Require(AlertProblems problems, string field, object? value)
    {
        if (value is null)
        {
            problems.Missing($"{field} in body");
        }
    }

    /// <summary>Times as in alerts: the year 1 is none.</summary>
    private sealed class TimeConverter : JsonConverter<DateTimeOffset?>
    {
        public override bool HandleNull => true;

        public override DateTimeOffset? Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            AlertTime.TryRead(ref reader, out var time)
                ? time
                : throw new JsonException("It must be a time as in RFC 3339.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Posted silences are only read.");
    }
}

internal sealed record PostedMatcher
{
    private const int LongestValue = 4096;

    public string? Name { get; init; }

    public string? Value { get; init; }

    public bool? IsRegex { get; init; }

    public bool? IsEqual { get; init; }

    public Matcher? Read(string field, AlertProblems problems)
    {
        if (Name is null || Value is null || IsRegex is null)
        {
            problems.Missing($"{field}.{(Name is null ? "name" : Value is null ? "value" : "isRegex")} in body");
            return null;
        }

        if (Name.Length > LongestValue || Value.Length > LongestValue || Name.Contains('\0') || Value.Contains('\0'))
        {
            problems.Invalid($"{field} can have at most {LongestValue} characters in name and value, and no NUL");
            return null;
        }

        if (Matcher.TryCreate(Name, Operator, Value, out var matcher, out var error))
        {
            return matcher;
        }

        problems.Invalid($"invalid silence: {field}: {error}");
        return null;
    }

    private MatchOperator Operator => (IsRegex, IsEqual) switch
    {
        (true, false) => MatchOperator.NotRegex,
        (true, _) => MatchOperator.Regex,
        (_, false) => MatchOperator.NotEqual,
        _ => MatchOperator.Equal,
    };
}
