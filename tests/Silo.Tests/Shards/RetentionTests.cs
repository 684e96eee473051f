using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

public sealed class RetentionTests : IDisposable
{
    private static readonly GrainId Drift = new(GrainKind.Alert, "drift");

    private readonly ShardInMemory _shard = new();

    public void Dispose() => _shard.Dispose();

    [Fact]
    public void A_changed_retention_is_in_force_with_the_policy()
    {
        var first = Fire();
        _shard.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(first, Fire());

        var settings = Policies.Small.Settings;
        _shard.Publish(Policies.Small with
        {
            Settings = settings with { Retention = settings.Retention with { Answers = TimeSpan.FromMinutes(10) } },
        });
        _shard.Advance(TimeSpan.FromMinutes(2));

        Assert.NotEqual(first, Fire());
    }

    private LogPosition Fire()
    {
        var signal = new Signal { Alias = Drift.Key, Message = "It drifts", Source = "test" };
        return _shard.Send(Drift, new AlertCommand.Receive(signal), key: "the same request").Position;
    }
}
