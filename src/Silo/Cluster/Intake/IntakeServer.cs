using System.Security.Cryptography;
using System.Text;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Wire;
using Correlation.Silo.Shards;
using Microsoft.AspNetCore.Http.Features;

namespace Correlation.Silo.Cluster.Intake;

/// <summary>
/// Where the owner lets gateways in. One that knows the owner's secret has read it in the database, and could write
/// there whatever it sends. The connection is upgraded to frames of one version, so that a release that speaks another
/// is told so.
/// </summary>
internal sealed class IntakeServer(
    IGrains grains,
    ShardInbox inbox,
    AdministratorKey administrator,
    ThisProcess process,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<IntakeConnection> log)
{
    public const string Path = "/cluster/intake";
    public const string SecretHeader = "X-Correlation-Secret";

    /// <summary>What a connection is upgraded to.</summary>
    public static string Protocol { get; } = FormattableString.Invariant($"correlation-intake/{IntakeWire.Version}");

    public async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        if (!CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(request.Headers[SecretHeader].ToString()), Encoding.UTF8.GetBytes(process.Secret)))
        {
            await RefuseAsync(
                context, StatusCodes.Status403Forbidden, "Only processes on the same database are let in.");
        }
        else if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade ||
            request.Headers.Upgrade != Protocol)
        {
            context.Response.Headers.Upgrade = Protocol;
            await RefuseAsync(
                context,
                StatusCodes.Status426UpgradeRequired,
                $"This release takes {Protocol} and not '{request.Headers.Upgrade}'.");
        }
        else
        {
            context.Response.Headers.Upgrade = Protocol;
            await using var stream = await upgrade.UpgradeAsync();
            using var connection = new IntakeConnection(stream, grains, inbox, administrator, time, log);
            await connection.RunAsync(lifetime.ApplicationStopping);
            if (connection.IsBroken)
            {
                context.Abort();
            }
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { message = why });
    }
}
