namespace Correlation.Silo.Configuration;

public sealed partial class ConfigurationSource
{
    [LoggerMessage(1, LogLevel.Information, "Configuration in {Folder} is in force, hash {Hash}")]
    private partial void LogLoaded(string folder, string hash);

    [LoggerMessage(2, LogLevel.Information, "Configuration in {Folder} says what is in force already")]
    private partial void LogUnchanged(string folder);

    [LoggerMessage(3, LogLevel.Error,
        "Configuration in {Folder} was refused; the version of {LoadedAt} stays in force. Correct these:\n{Errors}")]
    private partial void LogRefused(string folder, DateTimeOffset loadedAt, string errors);

    [LoggerMessage(4, LogLevel.Warning, "{Warning}")]
    private partial void LogWarning(Problem warning);

    [LoggerMessage(5, LogLevel.Error,
        "Configuration in {Folder} was refused; the service starts on the last good files, kept in {File}. Correct these:\n{Errors}")]
    private partial void LogStartedOnLastGood(string folder, string file, string errors);

    [LoggerMessage(6, LogLevel.Warning,
        "The configuration in force could not be kept in {File}: a start with a broken folder would go back to an older one. {Reason}")]
    private partial void LogNotKept(string file, string reason);
}
