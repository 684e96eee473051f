using System.Data.Common;
using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox;

public sealed partial class Dispatcher
{
    [LoggerMessage(1, LogLevel.Information,
        "Delivery {DeliveryId} to {Who} by {Channel}, attempt {Attempt}: {Outcome}. {Detail}")]
    private partial void LogAttempt(
        Guid deliveryId, string who, string channel, int attempt, AttemptOutcome outcome, string detail);

    [LoggerMessage(2, LogLevel.Error, "The outbox cannot be read, so no page goes out; it is tried again every second")]
    private partial void LogUnreadable(DbException unreadable);

    [LoggerMessage(3, LogLevel.Warning,
        "The result of delivery {DeliveryId} is held in memory until it can be stored: {Reason}")]
    private partial void LogUnavailable(Guid deliveryId, string reason);

    [LoggerMessage(4, LogLevel.Error,
        "Told again: incident {IncidentId} does not take the result of delivery {DeliveryId} ({Outcome}: {Reason})")]
    private partial void LogRefused(Guid deliveryId, string incidentId, Outcome outcome, string reason);

    [LoggerMessage(5, LogLevel.Warning,
        "Stopping while delivery {DeliveryId} to {Who} by {Channel} is under way: it begins again after the start")]
    private partial void LogAbandoned(Guid deliveryId, string who, string channel);

    [LoggerMessage(6, LogLevel.Error, "Delivery {DeliveryId} could not be carried out; it is taken up again")]
    private partial void LogFault(Exception fault, Guid deliveryId);

    [LoggerMessage(7, LogLevel.Error, "The result of delivery {DeliveryId} could not be handed over; it is told again")]
    private partial void LogNotTaken(Exception fault, Guid deliveryId);

    [LoggerMessage(9, LogLevel.Warning, "Delivery {DeliveryId} waits: {Reason}")]
    private partial void LogNotHeld(Guid deliveryId, string reason);

    [LoggerMessage(8, LogLevel.Warning,
        "Delivery {DeliveryId} to {Who} by {Channel} goes on to the next channel: it waited too long for a place")]
    private partial void LogNoPlace(Guid deliveryId, string who, string channel);
}
