namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>
/// How large an alert may be. Labels are its identity: too many are refused, never cut, for two alerts could become
/// one. Annotations are cut: losing a page over a long text would be worse.
/// </summary>
internal static class AlertLimits
{
    /// <summary>Prometheus sends at most 256. A request is decided in one turn, so it is bounded.</summary>
    public const int Alerts = 4096;

    public const int Labels = 128;

    public const int LabelCharacters = 16 * 1024;

    public const int Annotations = 128;

    public const int AnnotationCharacters = 64 * 1024;

    public const int Message = 500;
}
