using System.ComponentModel;
using Correlation.Gateway.Query.Alerts;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query.Maintenance;

/// <summary>Maintenance windows: list, one, and what of all that is open now one would hold back.</summary>
internal static class MaintenanceEndpoints
{
    public static void MapMaintenance(this IEndpointRouteBuilder api)
    {
        api.MapGet("/maintenance", (IGrains grains, TimeProvider time) =>
                new ListOf<MaintenanceShape>(
                    [.. grains.Policy.Maintenance.Select(w => MaintenanceShape.Of(w, time.GetUtcNow()))], null))
            .WithSummary("Maintenance windows, with the times that come next.");
        api.MapGet("/maintenance/{name}", (string name, IGrains grains, TimeProvider time) => Find(name, grains, time))
            .WithSummary("One maintenance window by its name or id.");
        api.MapGet("/maintenance/{name}/preview", PreviewAsync)
            .WithSummary("What of all that is open now the window would hold back.");
    }

    private static Reply<MaintenanceShape> Find(string name, IGrains grains, TimeProvider time) =>
        WindowOf(name, grains) is { } window ? MaintenanceShape.Of(window, time.GetUtcNow()) : Unknown(name);

    private static async Task<Reply<PreviewShape>> PreviewAsync(
        string name,
        [Description("How many alerts are shown, 1 to 100, by default 50.")] string? limit,
        HttpContext context,
        IGrains grains,
        IReads reads)
    {
        var fields = new Fields();
        var first = fields.Limit(limit);
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        return WindowOf(name, grains) is { } window
            ? await PreviewShape.OfAsync(
                new OpenAlerts(reads), alert => Covers(window, alert), Caller.Of(context).Teams, first,
                context.RequestAborted)
            : Unknown(name);
    }

    private static bool Covers(MaintenanceWindow window, AlertState alert) => window.Scope.Covers(
        Classifier.MatchLabels(alert.Signal, alert.Class.Kind, alert.Class.Entity),
        alert.Class.Team,
        alert.Class.Entity,
        alert.Signal.Integration.Id);

    private static MaintenanceWindow? WindowOf(string name, IGrains grains) => grains.Policy.Maintenance.FirstOrDefault(
        window => window.Id == name || string.Equals(window.Name, name, StringComparison.OrdinalIgnoreCase));

    private static Problem Unknown(string name) => Problem.NotFound($"There is no maintenance window '{name}'.");
}
