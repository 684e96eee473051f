using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Correlation.Benchmarks.Cascade.Sending;
using Correlation.Grains.Alerts;

namespace Correlation.Benchmarks.Cascade.Cases;

/// <summary>
/// A case as lines of JSON: what it is made of, the faults with what is ill by them, the lineage as it is told, and
/// each message in the order of arrival with the true incident of its alert. Whoever has no generator of ours can play
/// it; kept as golden files it says when the generator makes another case of the same seed.
/// </summary>
internal static class CaseLines
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static IEnumerable<string> Of(CascadeCase cascade)
    {
        yield return Line(
            new CaseLine(
                cascade.Split.Name, cascade.Seed, CascadeCase.Generator, Settings(cascade.Split), Time(cascade.End)));
        foreach (var fault in cascade.Faults)
        {
            yield return Line(new FaultLine(fault.Name, fault.Type, fault.DeservesPage));
            foreach (var ill in fault.Ills)
            {
                yield return Line(new IllLine(
                    fault.Name, ill.Entity, ill.Kind, ill.Seen, Time(ill.At), Time(ill.Until), ill.Cause is { } by ? $"{by.Kind} {by.Entity}" : null));
            }
        }

        foreach (var edge in cascade.Observed.Edges)
        {
            yield return Line(new EdgeLine(edge.From, edge.To, edge.Confidence));
        }

        foreach (var sent in cascade.Sent)
        {
            yield return Line(Message(cascade, sent));
        }
    }

    /// <summary>
    /// What tells two settings of a split apart: of one seed and one generator they make other cases.
    /// </summary>
    public static string Settings(Split split) => Short(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(split, Json)));

    public static string Sum(IEnumerable<string> lines)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in lines)
        {
            sum.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
        }

        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }

    private static MessageLine Message(CascadeCase cascade, Sent sent)
    {
        var problem = cascade.Truth.Of(sent.Alias, sent.At);
        return sent.Command is AlertCommand.Receive { Signal: var signal }
            ? new MessageLine(Time(sent.At), sent.Alias, signal.Resolved ? "ends" : "fires", problem.Incident)
            {
                Entity = signal.Entity.Length > 0 ? signal.Entity : null,
                Labels = new SortedDictionary<string, string>(
                    signal.Labels.ToDictionary(l => l.Key, l => l.Value), StringComparer.Ordinal),
                StartsAt = signal.StartsAt is { } starts ? Time(starts) : null,
                EndsAt = signal.EndsAt is { } ends ? Time(ends) : null,
            }
            : new MessageLine(Time(sent.At), sent.Alias, "closes", problem.Incident);
    }

    private static string Line<T>(T line) => JsonSerializer.Serialize(line, Json);

    private static string Time(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Short(byte[] of) => Convert.ToHexStringLower(SHA256.HashData(of))[..12];

    /// <param name="Settings">Of the split.</param>
    private sealed record CaseLine(string Split, long Seed, int Generator, string Settings, string End);

    private sealed record FaultLine(string Fault, string Type, bool DeservesPage);

    /// <param name="By">What made it ill; none for the root.</param>
    private sealed record IllLine(
        string Of, string Entity, string Kind, bool Seen, string From, string Until, string? By);

    private sealed record EdgeLine(string From, string To, double Confidence);

    /// <param name="Says">fires, ends, or closes.</param>
    private sealed record MessageLine(string At, string Alias, string Says, string Incident)
    {
        public string? Entity { get; init; }

        public SortedDictionary<string, string>? Labels { get; init; }

        public string? StartsAt { get; init; }

        public string? EndsAt { get; init; }
    }
}
