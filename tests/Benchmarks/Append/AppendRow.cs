namespace Correlation.Benchmarks.Append;

/// <summary>What is kept of one alert: as little as any durable server could keep.</summary>
internal readonly record struct AppendRow(long Alias, long Texts, long StartsAt);
