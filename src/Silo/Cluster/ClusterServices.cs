using Correlation.Gateway.Seams;
using Correlation.Silo.Cluster.Intake;
using Correlation.Silo.Hosting;
using Correlation.Silo.Storage.Postgres;
using Npgsql;

namespace Correlation.Silo.Cluster;

/// <summary>What the owner does for the others: it says that it goes on, and shows who is there.</summary>
internal static class ClusterServices
{
    /// <summary>To be called before the store's services: the beat begins first and ends last.</summary>
    public static IServiceCollection AddCluster(this IServiceCollection services, SiloSettings settings)
    {
        services.AddSingleton(_ => ThisProcess.Of(settings));
        services.AddSingleton<ServerNotice>();
        if (settings.Database.Length == 0)
        {
            return services.AddSingleton<ICluster, OneProcess>();
        }

        services.AddSingleton(new KnownTimeline(settings.Data));
        services.AddSingleton(s => new ProcessTable(
            settings.Database, s.GetRequiredService<ThisProcess>(), s.GetRequiredService<KnownTimeline>()));
        services.AddSingleton<ICluster>(_ => new Processes(settings.Database));
        services.AddSingleton<IntakeServer>();
        return services.AddHostedService<ProcessBeat>();
    }

    /// <summary>Before the door for API keys: gateways have none.</summary>
    public static WebApplication UseCluster(this WebApplication app)
    {
        if (app.Services.GetService<IntakeServer>() is { } server)
        {
            app.Use((context, next) =>
                context.Request.Path == IntakeServer.Path ? server.AnswerAsync(context) : next(context));
        }

        return app;
    }

    private sealed class OneProcess(ThisProcess process, TimeProvider time) : ICluster
    {
        public ValueTask<IReadOnlyList<ClusterProcess>> ProcessesAsync(CancellationToken cancellationToken) =>
            new([new ClusterProcess(process.Id, process.Name, process.Address, ClusterStates.Owner, null, process.StartedAt, time.GetUtcNow())]);
    }

    private sealed class Processes(string database) : ICluster, IDisposable
    {
        private readonly NpgsqlDataSource _pool = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database)
        {
            ApplicationName = "correlation, cluster",
            MaxPoolSize = 1,
            Timeout = 3,
            CommandTimeout = 3,
        });

        public ValueTask<IReadOnlyList<ClusterProcess>> ProcessesAsync(CancellationToken cancellationToken) =>
            ProcessTable.ReadAsync(_pool, cancellationToken);

        public void Dispose() => _pool.Dispose();
    }
}
