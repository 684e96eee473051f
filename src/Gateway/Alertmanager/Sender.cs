using System.Globalization;
using System.Runtime.CompilerServices;
using Correlation.Grains.Alerts;
using Correlation.Grains.Inhibitions;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Alertmanager;

/// <summary>
/// Who posts alerts: the key's name is part of every alias, because two Alertmanagers can rightly come to the same
/// fingerprint.
/// </summary>
internal sealed class Sender
{
    /// <summary>The type of what arrives here: its labels are shown again as they came.</summary>
    public const string IntegrationType = "Prometheus";

    private static readonly ConditionalWeakTable<ApiKey, Sender> Known = [];

    private readonly string _prefix;

    private Sender(ApiKey key)
    {
        _prefix = $"am:{(key.ByApi ? key.Id : key.Name)}:";
        Team = key.Team;
        Integration = new Integration(key.IntegrationId, key.Name, IntegrationType);
    }

    public Integration Integration { get; }

    public string? Team { get; }

    /// <summary>Made once per key: a key is there as long as its policy is.</summary>
    public static Sender Of(ApiKey key) => Known.GetValue(key, static key => new Sender(key));

    /// <summary>By its fingerprint where it came here, else by its alias.</summary>
    public static string ShownInhibitor(Inhibitor by) =>
        by.Alias.Length == 0 ? by.Rule
        : by.Alias.StartsWith("am:", StringComparison.Ordinal) ? by.Alias[(by.Alias.LastIndexOf(':') + 1)..]
        : by.Alias;

    public string AliasOf(LabelFingerprint fingerprint) => string.Create(
        CultureInfo.InvariantCulture, stackalloc char[128], $"{_prefix}{fingerprint.Value:x16}");
}
