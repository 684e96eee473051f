namespace Correlation.Silo.Audit;

public static class AuditServices
{
    /// <summary>After the host of the shards and the store.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<AuditReport>()
        .AddSingleton<IncidentAudit>()
        .AddHostedService<AuditService>();
}
