namespace Correlation.Benchmarks.Servers;

/// <summary>Processor time of one process of a server, or of its database, with its descendants.</summary>
internal readonly record struct PartCpu(string Part, double Seconds);
