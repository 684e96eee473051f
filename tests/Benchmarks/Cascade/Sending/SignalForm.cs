using Correlation.Benchmarks.Cascade.Faults;
using Correlation.Benchmarks.Cascade.Worlds;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;

namespace Correlation.Benchmarks.Cascade.Sending;

/// <summary>Problems as signals, in the shapes that the gateway's adapters make of what senders say.</summary>
internal static class SignalForm
{
    private static readonly Integration Alertmanager = new("am", "alertmanager", "AlertmanagerWebhook");
    private static readonly Integration Client = new("api", "monitors", "API");

    /// <param name="startsAt">By the sender's clock.</param>
    /// <param name="pod">Empty for what is not told by pod.</param>
    public static Signal Fires(Problem problem, DateTimeOffset startsAt, string pod)
    {
        var labels = LabelsOf(problem, pod);
        return problem.Detector.Form == Form.Prometheus
            ? new Signal
            {
                Alias = AliasOf(problem, pod),
                Message = $"{problem.Detector.AlertName} on {problem.Asset.Name}",
                Labels = labels,
                Source = "alertmanager",
                Integration = Alertmanager,
                StartsAt = startsAt,
                ResendsSeldom = true,
            }
            : new Signal
            {
                Alias = AliasOf(problem, pod),
                Message = $"{problem.Detector.AlertName} - {problem.Asset.Name}",
                Entity = problem.Asset.Urn,
                Labels = labels,
                Source = problem.Detector.Form == Form.Change ? "registry" : "monitors",
                Integration = Client,
                Tags = ["ml"],
            };
    }

    public static AlertCommand Ends(Problem problem, DateTimeOffset startsAt, DateTimeOffset endsAt, string pod) =>
        problem.Detector.Form == Form.Prometheus
            ? new AlertCommand.Receive(Fires(problem, startsAt, pod) with { EndsAt = endsAt, Resolved = true })
            : new AlertCommand.Close(null, "", "monitors", "", ByPerson: false);

    public static string AliasOf(Problem problem, string pod) =>
        pod.Length == 0
            ? $"{problem.Detector.AlertName}:{problem.Asset.Urn}"
            : $"{problem.Detector.AlertName}:{problem.Asset.Urn}:{pod}";

    /// <summary>What a proxy that cuts bodies leaves of it.</summary>
    public static Signal Truncated(Signal signal) => signal with
    {
        Labels = Labels.From(signal.Labels.Take((signal.Labels.Count + 1) / 2)),
        Entity = "",
        Description = "",
    };

    private static Labels LabelsOf(Problem problem, string pod)
    {
        var asset = problem.Asset;
        var labels = new List<KeyValuePair<string, string>>
        {
            new("alertname", problem.Detector.AlertName),
            new("severity", problem.Detector.Severity),
            new("team", asset.Team),
        };
        if (problem.Detector.Form == Form.Prometheus)
        {
            labels.Add(IsLabel(asset.Type) ? new(asset.Type, asset.Name) : new("entity", asset.Urn));
        }

        AddUnlessEmpty("credential", asset.Credential);
        AddUnlessEmpty("node_pool", asset.Pool);
        AddUnlessEmpty("pod", pod);
        return Labels.From(labels);

        void AddUnlessEmpty(string name, string value)
        {
            if (value.Length > 0)
            {
                labels.Add(new(name, value));
            }
        }
    }

    private static bool IsLabel(string type) =>
        type is Types.Model or Types.FeatureView or Types.Endpoint or Types.Node or Types.Dataset;
}
