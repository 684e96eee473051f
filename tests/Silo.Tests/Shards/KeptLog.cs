using Microsoft.Extensions.Logging;

namespace Correlation.Silo.Tests.Shards;

/// <summary>What was logged, a line each: level and message.</summary>
internal sealed class KeptLog<T> : ILogger<T>
{
    public IReadOnlyList<string> Lines { get; private set; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        Lines = [.. Lines, $"{logLevel}: {formatter(state, exception)}"];
}
