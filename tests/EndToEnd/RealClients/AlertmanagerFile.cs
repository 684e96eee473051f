using System.Text.RegularExpressions;
using Correlation.TestKit.Processes;

namespace Correlation.EndToEnd.RealClients;

/// <summary>
/// deploy/alertmanager/alertmanager.yml, pointed at a service of the test and no slower than it must be.
/// </summary>
internal static partial class AlertmanagerFile
{
    public static string Text => File.ReadAllText(Repository.PathOf("deploy", "alertmanager", "alertmanager.yml"));

    /// <summary>As it is shipped: through Opsgenie's API.</summary>
    public static string Opsgenie(string url, string keyFile) => Text
        .Change("http://127.0.0.1:8080", url)
        .Change("/etc/correlation/api-key", keyFile)
        .Change("group_wait: 10s", "group_wait: 0s")
        .Change("group_interval: 1m", "group_interval: 1s");

    /// <summary>With its other receiver, the webhook, as its comments say.</summary>
    public static string Webhook(string url, string keyFile) => WithWebhook(Opsgenie(url, keyFile));

    /// <summary>The commented receiver is there, and named in the route.</summary>
    public static string WithWebhook(string file)
    {
        var uncommented = CommentedYaml().Replace(file, "  ");
        return uncommented != file
            ? uncommented.Change("receiver: opsgenie-ml", "receiver: correlation-webhook")
            : throw new InvalidOperationException($"The shipped file has no commented receiver any more: {file}");
    }

    [GeneratedRegex("^  #(?=- |  )", RegexOptions.Multiline)]
    private static partial Regex CommentedYaml();
}
