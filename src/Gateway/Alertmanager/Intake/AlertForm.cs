namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>Two ways in which one and the same alert arrives.</summary>
internal enum AlertForm : byte
{
    /// <summary>
    /// Posted to the API, as Prometheus does: sent again and again while it fires, and over when it is not.
    /// </summary>
    Posted = 1,

    /// <summary>In a notification: it says whether it fires, and fires until one says that it does not.</summary>
    Notified = 2,
}
