namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>
/// How large an alert may be. Labels are its identity: too many are refused, never cut, for two alerts could become
/// one. Annotations are cut: losing a page over a long text would be worse.
/// </summary>
internal static class AlertLimits
{
    /// <summary>Of one turn. Prometheus sends at most 256 in a request, and a request is decided in one.</summary>
    public const int Alerts = 4096;

    /// <summary>
    /// Of one notification, which is decided in slices: Alertmanager sends a group whole, and the same again when it
    /// was refused. What is beyond is counted and not taken.
    /// </summary>
    public const int NotifiedAlerts = 16 * Alerts;

    /// <summary>Of a notification's body; what is beyond is read and let go.</summary>
    public const int NotifiedBytes = 32 * 1024 * 1024;

    public const int Labels = 128;

    public const int LabelCharacters = 16 * 1024;

    public const int Annotations = 128;

    public const int AnnotationCharacters = 64 * 1024;

    public const int Message = 500;
}
