using System.Diagnostics.Metrics;
using System.Text;
using Correlation.Gateway.Admin;
using Correlation.Gateway.Answers;
using Correlation.Gateway.Changes;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Silo.Audit;
using Correlation.Silo.Cluster;
using Correlation.Silo.Cluster.Intake;
using Correlation.Silo.Configuration;
using Correlation.Silo.Outbox;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Postgres;
using Correlation.Silo.Storage.Sqlite;

namespace Correlation.Silo.Hosting;

/// <summary>The process's parts, in the order they start; they stop in the reverse one.</summary>
public static class SiloServices
{
    public static IServiceCollection AddSilo(
        this IServiceCollection services, SiloSettings settings, AdministratorKey administrator) =>
        services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(settings)
            .AddSingleton(administrator)
            .AddConfiguration(settings)
            .AddCluster(settings)
            .AddStore(settings)
            .AddShard()
            .AddAnswers(settings)
            .AddOutbox()
            .AddAudit()
            .AddHostedService<ConfigurationWatch>()
            .AddSingleton(new MlflowWebhook(settings.MlflowSecret))
            .AddGateway()
            .AddHostedService<RequestDrain>();

    /// <summary>What a process has that only takes alerts in for the owner.</summary>
    internal static IServiceCollection AddEdge(this IServiceCollection services, SiloSettings settings) => services
        .AddSingleton(TimeProvider.System)
        .AddSingleton(new Meter(MeterReadings.MeterName))
        .AddSingleton<IQuarantine>(_ => new PostgresQuarantine(settings.Database))
        .AddQuarantine()
        .AddSingleton<TurnedAway>()
        .AddBodies(s => s.GetRequiredService<TurnedAway>().Note)
        .AddAdmin()
        .AddSingleton<IntakeMetrics>();

    private static IServiceCollection AddConfiguration(this IServiceCollection services, SiloSettings settings) => services
        .AddSingleton(s => new ConfigurationReader(
            [.. s.GetServices<IChannel>()], Environment.GetEnvironmentVariable, s.GetRequiredService<TimeProvider>()))
        .AddSingleton(s => new ConfigurationSource(
            settings.Config,
            new LastGoodConfiguration(settings.Data),
            s.GetRequiredService<ConfigurationReader>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<ConfigurationSource>>()));

    private static IServiceCollection AddAnswers(this IServiceCollection services, SiloSettings settings) => services
        .AddSingleton(_ => settings.AnswerSecret.Length > 0
            ? new AnswerKey(Encoding.UTF8.GetBytes(settings.AnswerSecret))
            : AnswerKeyFile.Open(settings.Data))
        .AddSingleton(s => new AnswerLinks(s.GetRequiredService<AnswerKey>(), settings.PublicUrl));

    private static IServiceCollection AddStore(this IServiceCollection services, SiloSettings settings)
    {
        if (settings.Database.Length > 0)
        {
            services.AddSingleton(s => new PostgresStore(settings.Database, s.GetRequiredService<ThisProcess>().Id)
            {
                Timeline = s.GetRequiredService<KnownTimeline>(),
            });
            services.AddSingleton<IStore>(s => s.GetRequiredService<PostgresStore>());
            services.AddSingleton(s =>
            {
                var store = s.GetRequiredService<PostgresStore>();
                return new PostgresReads(settings.Database, () => store.Held);
            });
            services.AddSingleton<IReads>(s => s.GetRequiredService<PostgresReads>());
            services.AddSingleton<IOutbox>(s => s.GetRequiredService<PostgresReads>());
            services.AddSingleton<IDuties>(s => s.GetRequiredService<PostgresReads>());
            services.AddSingleton<IQuarantine>(_ => new PostgresQuarantine(settings.Database));
            return services;
        }

        services.AddSingleton<IStore>(s => new SqliteStore(
            settings.Data, s.GetRequiredService<ILogger<SqliteStore>>(), s.GetService<FolderLock>()));
        services.AddSingleton(_ => new SqliteReads(settings.Data));
        services.AddSingleton<IReads>(s => s.GetRequiredService<SqliteReads>());
        services.AddSingleton<IOutbox>(s => s.GetRequiredService<SqliteReads>());
        services.AddSingleton<IDuties>(s => s.GetRequiredService<SqliteReads>());
        services.AddSingleton<IQuarantine>(_ => new SqliteQuarantine(settings.Data));
        return services;
    }

    private static IServiceCollection AddShard(this IServiceCollection services)
    {
        services.AddOptions<ShardOptions>().ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(s => s.GetRequiredService<Microsoft.Extensions.Options.IOptions<ShardOptions>>().Value);
        services.AddSingleton(new Meter(MeterReadings.MeterName));
        services.AddSingleton<ShardMetrics>();
        services.AddSingleton(s => new ShardInbox(s.GetRequiredService<ShardOptions>()));
        services.AddSingleton(s => new Shard(
            s.GetRequiredService<ShardOptions>(),
            s.GetRequiredService<IStore>(),
            s.GetRequiredService<ShardInbox>(),
            s.GetRequiredService<ConfigurationSource>().InForce.Policy,
            s.GetRequiredService<ShardMetrics>())
        {
            Hold = s.GetRequiredService<Hold>(),
        });
        services.AddSingleton<Hold>().AddSingleton<IHold, HoldClient>();
        services.AddSingleton<SlewedClock>();
        services.AddSingleton<GrainClient>();
        services.AddSingleton<IGrains>(s => s.GetRequiredService<GrainClient>());
        services.AddSingleton<ShardHost>();
        services.AddSingleton<IReadiness, SiloReadiness>();
        return services.AddHostedService(s => s.GetRequiredService<ShardHost>());
    }
}
