using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox.Channels;

public sealed partial class LogChannel
{
    [LoggerMessage(1, LogLevel.Warning,
        "PAGE for {Who}: {Priority} #{Number} {Title} (team {Team}, entity {Entity}, alerts: {MemberCount}). {Body} " +
        "Runbook: {Runbook}. Step {Step}, {Reason}. Incident {IncidentId}, delivery {DeliveryId}")]
    private partial void LogPage(
        string who, Priority priority, long number, string title, string team, string entity, int memberCount,
        string body, string runbook, int step, string reason, string incidentId, Guid deliveryId);
}
