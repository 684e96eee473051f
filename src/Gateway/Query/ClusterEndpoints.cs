using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query;

/// <summary>Who runs the store, who waits for it, and when each was heard of last.</summary>
internal static class ClusterEndpoints
{
    public static void MapCluster(this IEndpointRouteBuilder api) =>
        api.MapGet("/cluster", async Task<Reply<ListOf<ClusterProcess>>> ([FromServices] ICluster cluster, CancellationToken cancellationToken) =>
                new ListOf<ClusterProcess>([.. await cluster.ProcessesAsync(cancellationToken)], null))
            .WithSummary("The processes on the store: the owner that runs all partitions, standbys and gateways, each with its last sign of life.");
}
