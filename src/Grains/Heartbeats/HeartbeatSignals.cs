using System.Runtime.CompilerServices;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Heartbeats;

/// <summary>
/// Which signals say nothing but that their source lives, such as the Watchdog of kube-prometheus, and whose pings they
/// are: alert name, key and the kind's entity labels name the heartbeat.
/// </summary>
public static class HeartbeatSignals
{
    private const int LongestName = 200;
    private const int DigestLength = 8;

    private static readonly ConditionalWeakTable<ValueList<Kind>, Kind[]> Known = [];

    /// <summary>Of a source that re-sends: nothing else falls silent.</summary>
    /// <returns>Null when it is an alert.</returns>
    public static HeartbeatCommand.Hear? Find(Signal signal, PolicyVersion policy)
    {
        var kinds = KindsOf(policy.Kinds);
        return kinds.Length > 0 && (signal.ResendsWhileFiring || signal.ResendsSeldom) && MayBeAny(kinds, signal) &&
            Classifier.KindOf(signal, policy) is { IsHeartbeat: true } kind
            ? new HeartbeatCommand.Hear(SettingsOf(signal, kind, policy.Settings), signal.WholeEnd, signal.Resolved)
            : null;
    }

    /// <summary>As little of the catalogue as tells them from alerts; nothing when none is.</summary>
    public static ValueList<Kind> KindsToTellThem(PolicyVersion policy) => KindsOf(policy.Kinds).Length == 0
        ? []
        : policy.Kinds.Select(kind => kind.IsHeartbeat
            ? kind
            : new Kind(kind.Name, "", kind.AlertNames, [], kind.Priority, "", [], null, "", [])).ToValueList();

    private static Kind[] KindsOf(ValueList<Kind> kinds) =>
        Known.GetValue(kinds, static kinds => [.. kinds.Where(kind => kind.IsHeartbeat)]);

    /// <summary>Every alert is asked this, so it allocates nothing.</summary>
    private static bool MayBeAny(Kind[] kinds, Signal signal)
    {
        var (name, stated) = (signal.Labels.Find("alertname"), signal.Labels.Find("kind"));
        foreach (var kind in kinds)
        {
            if (kind.Name == stated)
            {
                return true;
            }

            for (var i = 0; name is not null && i < kind.AlertNames.Count; i++)
            {
                if (Classifier.IsSameName(kind.AlertNames[i], name))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static HeartbeatSettings SettingsOf(Signal signal, Kind kind, PolicySettings settings)
    {
        var name = NameOf(signal, kind);
        return new HeartbeatSettings(
            name,
            $"{kind.Description}\n{kind.Runbook}".Trim('\n'),
            1,
            "minutes",
            Enabled: true,
            signal.KeyTeam ?? kind.Team,
            "",
            [],
            kind.Priority).Every(signal.ResendsSeldom ? settings.WebhookTimeout : settings.ResolveTimeout);
    }

    /// <summary>
    /// It stands in addresses, so that it has nothing in it that would have to be escaped there. Two servers must never
    /// share one by chance, or the silence of either is not seen: where it does not tell exactly what they are called
    /// (a character stands for another, or a label is missing before one that is there) it ends with a digest of that.
    /// </summary>
    private static string NameOf(Signal signal, Kind kind)
    {
        string[] parts =
        [
            Classifier.AlertName(signal),
            signal.Integration.Name,
            .. kind.EntityLabels.Select(label => signal.Labels.Find(label) ?? ""),
        ];
        var name = string.Join('.', parts.Where(part => part.Length > 0).Select(Plain));
        if (name == string.Join('.', parts).TrimEnd('.') && name.Length <= LongestName)
        {
            return name;
        }

        var exactly = string.Concat(parts.Select(part => $"{part.Length}:{part}"));
        var digest = DerivedId.Of("heartbeat", exactly, 0).ToString("N")[..DigestLength];
        return $"{name[..Math.Min(name.Length, LongestName - DigestLength - 1)]}~{digest}";
    }

    private static string Plain(string part) => string.Create(part.Length, part, static (plain, part) =>
    {
        for (var i = 0; i < plain.Length; i++)
        {
            plain[i] = char.IsLetterOrDigit(part[i]) || part[i] is '-' or '_' ? part[i] : '-';
        }
    });
}
