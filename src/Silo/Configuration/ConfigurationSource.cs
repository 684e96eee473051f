namespace Correlation.Silo.Configuration;

/// <summary>
/// The folder and what is in force of it. It always holds a good version: a bad one changes nothing but
/// <see cref="LastError"/>, and at a start the files that were good last stand in for it. Only the very first start,
/// which has none, must find a good folder.
/// </summary>
public sealed partial class ConfigurationSource
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _folder;
    private readonly LastGoodConfiguration _lastGood;
    private readonly ConfigurationReader _reader;
    private readonly TimeProvider _time;
    private readonly ILogger<ConfigurationSource> _logger;

    // Guards what follows, and keeps changes in order: they are told while it is held.
    private readonly Lock _gate = new();
    private string _seen;
    private string _taken;
    private volatile Status _status;

    /// <exception cref="ConfigurationException">
    /// The folder has errors, all of which it holds, and no good version was kept.
    /// </exception>
    public ConfigurationSource(
        string folder,
        LastGoodConfiguration lastGood,
        ConfigurationReader reader,
        TimeProvider time,
        ILogger<ConfigurationSource> logger)
    {
        (_folder, _lastGood, _reader, _time, _logger) = (folder, lastGood, reader, time, logger);
        var content = FolderContent.Read(folder);
        var read = reader.Read(content);
        _seen = _taken = content.Fingerprint;
        if (read.Policy is { } policy)
        {
            _status = new Status(LoadedConfiguration.Of(policy, read.Warnings, time.GetUtcNow()), null);
            LogWarnings(read);
            Keep(content);
            return;
        }

        if (lastGood.Read() is not { } kept || reader.Read(kept).Policy is not { } last)
        {
            throw new ConfigurationException(folder, read.Problems);
        }

        var errors = string.Join('\n', read.Errors);
        _status = new Status(LoadedConfiguration.Of(last, [], time.GetUtcNow()), errors);
        LogStartedOnLastGood(folder, lastGood.File, errors);
    }

    /// <summary>
    /// A new version is in force. Told once each, in order, on the thread that found it; handlers hand over and return,
    /// and do not call back.
    /// </summary>
    public event Action<LoadedConfiguration>? Changed;

    public LoadedConfiguration InForce => _status.InForce;

    public DateTimeOffset LoadedAt => InForce.LoadedAt;

    /// <summary>All errors of the folder as it is now, one per line; null when what is there is in force.</summary>
    public string? LastError => _status.LastError;

    /// <summary>Looks at the folder every second until cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            Look();
        }
    }

    /// <summary>
    /// Takes what changed, once two looks found the same: files are being written while we look, and half a file may be
    /// a valid one. Compares contents: times and sizes miss a link that was turned to another file.
    /// </summary>
    public void Look()
    {
        lock (_gate)
        {
            var content = FolderContent.Read(_folder);
            var isStill = content.Fingerprint == _seen;
            _seen = content.Fingerprint;
            if (isStill && content.Fingerprint != _taken)
            {
                Take_NeedsLock(content);
            }
        }
    }

    /// <summary>Takes what is there now, as a person asked for (SIGHUP).</summary>
    public void Reload()
    {
        lock (_gate)
        {
            Take_NeedsLock(FolderContent.Read(_folder));
        }
    }

    private void Take_NeedsLock(FolderContent content)
    {
        _seen = _taken = content.Fingerprint;
        var read = _reader.Read(content);
        if (read.Policy is null)
        {
            var errors = string.Join('\n', read.Errors);
            _status = _status with { LastError = errors };
            LogRefused(_folder, _status.InForce.LoadedAt, errors);
            return;
        }

        var loaded = LoadedConfiguration.Of(read.Policy, read.Warnings, _time.GetUtcNow());
        if (loaded.Hash == _status.InForce.Hash)
        {
            _status = _status with { LastError = null };
            LogUnchanged(_folder);
            return;
        }

        _status = new Status(loaded, null);
        LogLoaded(_folder, loaded.Hash);
        LogWarnings(read);
        Keep(content);
        Changed?.Invoke(loaded);
    }

    /// <summary>A full disk is no reason not to take a good configuration.</summary>
    private void Keep(FolderContent content)
    {
        try
        {
            _lastGood.Keep(content);
        }
        catch (Exception notKept) when (notKept is IOException or UnauthorizedAccessException)
        {
            LogNotKept(_lastGood.File, notKept.Message);
        }
    }

    private void LogWarnings(ReadConfiguration read)
    {
        foreach (var warning in read.Warnings)
        {
            LogWarning(warning);
        }
    }

    private sealed record Status(LoadedConfiguration InForce, string? LastError);
}
