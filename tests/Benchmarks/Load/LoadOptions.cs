using System.Globalization;

namespace Correlation.Benchmarks.Load;

internal enum LoadKind
{
    /// <summary>Sends every key once, again when it was refused, and ends.</summary>
    Fill,

    /// <summary>Sends the same keys round after round, with the same texts.</summary>
    Constant,

    /// <summary>Sends the same keys round after round, with another value in the summary each time.</summary>
    Changing,

    /// <summary>Sends keys that were never sent before.</summary>
    New,
}

/// <summary>What one load process does; the lead-in comes before the measured seconds.</summary>
internal sealed record LoadOptions
{
    /// <summary>Connections go to them in turn.</summary>
    public required IReadOnlyList<Uri> Servers { get; init; }

    public required LoadKind Kind { get; init; }

    public string? ApiKey { get; init; }

    /// <summary>Stays the same over all re-sends: another start would be another episode of the alert.</summary>
    public required string StartsAt { get; init; }

    public int Connections { get; init; } = 256;

    public int Alerts { get; init; } = 1;

    public long Keys { get; init; } = 1_000;

    public long FirstKey { get; init; }

    /// <summary>Requests a second of all connections together; 0 sends the next as soon as one is answered.</summary>
    public double Rate { get; init; }

    public double LeadInSeconds { get; init; } = 1;

    public double Seconds { get; init; } = 5;

    public IEnumerable<string> ToArguments()
    {
        string[] arguments =
        [
            "load", "--kind", Kind.ToString(), "--starts-at", StartsAt,
            "--connections", Text(Connections), "--alerts", Text(Alerts), "--keys", Text(Keys),
            "--first-key", Text(FirstKey), "--rate", Text(Rate), "--lead-in", Text(LeadInSeconds), "--seconds",
            Text(Seconds),
        ];
        return
        [
            .. arguments, .. Servers.SelectMany(server => (string[])["--server", server.ToString()]),
            .. ApiKey is null ? [] : (string[])["--api-key", ApiKey],
        ];
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
