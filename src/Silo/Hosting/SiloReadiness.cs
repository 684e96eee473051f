using Correlation.Gateway.Seams;
using Correlation.Silo.Audit;
using Correlation.Silo.Cluster;
using Correlation.Silo.Configuration;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Hosting;

public sealed class SiloReadiness(
    Shard shard, ShardHost host, IStore store, ConfigurationSource configuration, AuditReport audit,
    ServerNotice server, Hold hold,
    TimeProvider time)
    : IReadiness
{
    private readonly PolicyNotice _policy = new(time);

    public Readiness Now => new(
        !shard.IsReady,
        host.Fault ?? (store.InReserve ? $"{store.Disk} is full: only people's requests are taken" : null),
        configuration.LastError)
    {
        AuditProblem = audit.Problem,
        StoreNotice = server.Text,
        PolicyNotice = _policy.Of(shard.Policy),
        HeldUntil = hold.Until,
    };
}
