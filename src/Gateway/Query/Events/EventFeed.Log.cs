using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Query.Events;

internal sealed partial class EventFeed
{
    [LoggerMessage(LogLevel.Warning, "Event streams wait: the history could not be read")]
    private partial void LogUnreadable(Exception fault);
}
