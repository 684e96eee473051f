using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Opsgenie;

internal sealed partial class OpsgenieGuard
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path}: the caller left before the answer")]
    private static partial void CallerLeft(ILogger log, string method, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} answered 503: the store failed: {Reason}")]
    private static partial void StoreFailed(ILogger log, string method, string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void Failed(ILogger log, Exception cause, string method, string path);
}
