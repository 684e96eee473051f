namespace Correlation.EndToEnd.Durability;

/// <summary>From the signal that ended the process until the next one was ready.</summary>
internal readonly record struct Outage(DateTimeOffset Killed, DateTimeOffset Launched, DateTimeOffset Ready);
