using Correlation.Silo.Configuration;
using Correlation.Silo.Hosting;
using Correlation.Silo.Storage;
using Correlation.Silo.Tests.Configuration;
using Correlation.Silo.Tests.Shards;
using Correlation.TestKit.Memory;
using Correlation.TestKit.Processes;
using Correlation.TestKit.Time;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Correlation.Silo.Tests.Hosting;

public sealed class ConfigurationWatchTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = MinimalFolder.Create();
    private readonly TempFolder _data = new("data");
    private readonly ManualClock _clock = new(new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero));
    private readonly ShardInMemory _shard = new();

    public void Dispose()
    {
        _folder.Dispose();
        _data.Dispose();
        _shard.Dispose();
    }

    [Fact]
    public async Task A_configuration_that_the_store_did_not_take_is_offered_again()
    {
        var source = new ConfigurationSource(
            _folder.Path,
            new LastGoodConfiguration(_data.Path),
            FolderReading.Reader(),
            _clock,
            NullLogger<ConfigurationSource>.Instance);
        using var watch = new ConfigurationWatch(
            source, _shard.Client(_clock), _clock, NullLogger<ConfigurationWatch>.Instance);
        _shard.Settle();
        await watch.StartAsync(CancellationToken.None);
        _folder.Write("more.yaml", "users: [{ name: bob, contacts: [{ channel: log }] }]\n");
        source.Reload();
        await Poll.UntilAsync(() => _shard.Waiting > 0, Deadline, () => "the configuration is offered");

        _shard.Fault = (CommitStep.Begun, new CommitUnknownException("the connection broke"));
        Assert.Throws<CommitUnknownException>(() => _shard.Turn());
        await Poll.UntilAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                _shard.Settle();
                return _shard.Shard.Policy.Users.Any(user => user.Name == "bob");
            },
            Deadline,
            () => "the configuration is in force");
        await watch.StopAsync(CancellationToken.None);
    }
}
