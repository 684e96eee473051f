using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;
using Correlation.Silo.Configuration;
using Correlation.Silo.Hosting;
using Correlation.Silo.Storage;
using Correlation.Silo.Tests.Configuration;
using Correlation.Silo.Tests.Shards;
using Correlation.TestKit;
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
        var source = Source();
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

    [Fact]
    public async Task A_start_tells_what_is_meant_otherwise_since_the_files_changed()
    {
        var night = new Team("night", "t-1", "", [], "");
        var id = new GrainId(GrainKind.Resource, night.Id);
        _shard.Send(id, new ResourceCommand.Create(new Resource.OfTeam(night)));
        _shard.Send(id, new ResourceCommand.Update(new Resource.OfTeam(night with { Name = "dusk" }), 1));
        _shard.Publish(Policies.Small with { Teams = [.. Policies.Small.Teams, night with { Id = "file" }] });
        _shard.Settle();

        var log = new KeptLog<ConfigurationWatch>();
        using var watch = new ConfigurationWatch(Source(), _shard.Client(_clock), _clock, log);
        await watch.StartAsync(CancellationToken.None);
        await Poll.UntilAsync(
            () => log.Lines is [var line] && line.Contains("the team 'night' has the name that the team 'dusk' had", StringComparison.Ordinal),
            Deadline,
            () => "the log names the team");
        await watch.StopAsync(CancellationToken.None);
    }

    private ConfigurationSource Source() => new(
        _folder.Path,
        new LastGoodConfiguration(_data.Path),
        FolderReading.Reader(),
        _clock,
        NullLogger<ConfigurationSource>.Instance);
}
