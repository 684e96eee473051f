using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query;

/// <param name="At">When it came in force; the next version ended it.</param>
/// <param name="Hash">Of the configuration: versions that differ in silences alone have the same.</param>
/// <param name="Policy">Without the settings of channels and the hashes of keys, which are secrets.</param>
public sealed record PolicyShape(long Version, DateTimeOffset At, string Hash, JsonElement Policy)
{
    internal static PolicyShape Of(StoredPolicy stored) => new(
        stored.Policy.Version, stored.At, stored.Hash,
        JsonSerializer.SerializeToElement(stored.Policy, WireJson.Options));
}

/// <summary>The policies that were in force. Pages and decisions name theirs.</summary>
internal static class PolicyEndpoints
{
    public static void MapPolicies(this IEndpointRouteBuilder api) =>
        api.MapGet("/policies/{version}", FindAsync)
            .RequireRight(KeyRights.Configure)
            .WithSummary("A policy version as it was in force, without secrets.");

    private static async Task<Reply<PolicyShape>> FindAsync(
        [Description("As in a page's policyVersion.")] string version, IReads reads,
        CancellationToken cancellationToken)
    {
        var stored = long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? await reads.FindPolicyAsync(number, cancellationToken)
            : null;
        return stored is null
            ? Problem.NotFound($"There is no policy version '{version}', or it is past its retention.")
            : PolicyShape.Of(stored);
    }
}
