using Correlation.TestKit.Processes;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Correlation.Silo.Tests.Deploy;

/// <summary>
/// The manifests of deploy/kubernetes and deploy/compose, as far as they can be checked without a cluster and a daemon:
/// they are read, and what they promise (no root, nothing to write, probes, three tiers) is in them. What they name
/// exists in each other.
/// </summary>
public sealed class ManifestTests
{
    private static readonly string Folder = Repository.PathOf("deploy", "kubernetes");

    private static readonly List<YamlMappingNode> Manifests =
        [.. Directory.EnumerateFiles(Folder, "*.yaml").Where(file => !file.EndsWith("kustomization.yaml", StringComparison.Ordinal)).SelectMany(Read)];

    private static YamlNode Pod => At(Of("Deployment", "correlation"), "spec", "template", "spec");

    private static YamlNode Container => ((YamlSequenceNode)At(Pod, "containers")).Single();

    [Fact]
    public void Every_manifest_is_applied_and_says_what_it_is()
    {
        var applied = Items(Assert.Single(Read(Path.Combine(Folder, "kustomization.yaml"))), "resources").Select(Text);
        Assert.Equal(
            Directory.EnumerateFiles(Folder, "*.yaml")
                .Select(Path.GetFileName)
                .Where(name => name != "kustomization.yaml")
                .Order(),
            applied.Order());
        Assert.All(
            Manifests,
            manifest => Assert.All(new[] { "apiVersion", "kind" }, name => Assert.NotEmpty(Text(At(manifest, name)))));
        Assert.Equal(
            ["Deployment", "Namespace", "NetworkPolicy", "NetworkPolicy", "NetworkPolicy", "PodDisruptionBudget", "Service", "ServiceMonitor"],
            Manifests.Select(manifest => Text(At(manifest, "kind"))).Order());
    }

    [Fact]
    public void The_pod_is_not_root_writes_only_into_its_volumes_and_has_no_token()
    {
        Assert.Equal("false", Text(At(Pod, "automountServiceAccountToken")));
        Assert.Equal("true", Text(At(Pod, "securityContext", "runAsNonRoot")));
        Assert.Equal("RuntimeDefault", Text(At(Pod, "securityContext", "seccompProfile", "type")));
        Assert.Equal("true", Text(At(Container, "securityContext", "readOnlyRootFilesystem")));
        Assert.Equal("false", Text(At(Container, "securityContext", "allowPrivilegeEscalation")));
        Assert.Equal("ALL", Text(Items(At(Container, "securityContext"), "capabilities", "drop").Single()));
        Assert.Equal(
            Items(Pod, "volumes").Select(volume => Text(At(volume, "name"))).Order(),
            Items(Container, "volumeMounts").Select(mount => Text(At(mount, "name"))).Order());
    }

    [Fact]
    public void It_is_asked_whether_it_lives_and_whether_it_is_ready_and_has_time_to_stop()
    {
        Assert.Equal("/healthz", Text(At(Container, "livenessProbe", "httpGet", "path")));
        Assert.Equal("/healthz", Text(At(Container, "startupProbe", "httpGet", "path")));
        Assert.Equal("/readyz", Text(At(Container, "readinessProbe", "httpGet", "path")));
        Assert.Equal("60", Text(At(Pod, "terminationGracePeriodSeconds")));
    }

    [Fact]
    public void One_process_works_on_a_database()
    {
        Assert.Equal("2", Text(At(Of("Deployment", "correlation"), "spec", "replicas")));
        Assert.Equal("RollingUpdate", Text(At(Of("Deployment", "correlation"), "spec", "strategy", "type")));
        Assert.Equal("1", Text(At(Of("PodDisruptionBudget", "correlation"), "spec", "maxUnavailable")));
    }

    [Fact]
    public void All_that_select_the_pod_select_its_label_and_ports_have_one_name()
    {
        const string Label = "app.kubernetes.io/name";
        Assert.Equal(
            "correlation", Text(At(Of("Deployment", "correlation"), "spec", "template", "metadata", "labels", Label)));
        Assert.Equal("correlation", Text(At(Of("Service", "correlation"), "spec", "selector", Label)));
        Assert.Equal("correlation", Text(At(Of("Service", "correlation"), "metadata", "labels", Label)));
        foreach (var kind in new[] { "Deployment", "PodDisruptionBudget", "ServiceMonitor" })
        {
            Assert.Equal("correlation", Text(At(Of(kind, "correlation"), "spec", "selector", "matchLabels", Label)));
        }

        var port = Items(Container, "ports").Single();
        Assert.Equal(("http", "8080"), (Text(At(port, "name")), Text(At(port, "containerPort"))));
        Assert.Equal("http", Text(At(Items(Of("Service", "correlation"), "spec", "ports").Single(), "targetPort")));
        Assert.Equal(
            "http", Text(At(Items(Of("ServiceMonitor", "correlation"), "spec", "endpoints").Single(), "port")));
    }

    [Fact]
    public void Outside_reaches_the_service_and_the_service_alone_reaches_the_database()
    {
        const string Label = "app.kubernetes.io/name";
        Assert.Empty((YamlMappingNode)At(Of("NetworkPolicy", "nothing-by-default"), "spec", "podSelector"));
        Assert.Equal(
            ["Ingress", "Egress"],
            Items(Of("NetworkPolicy", "nothing-by-default"), "spec", "policyTypes").Select(Text));

        var service = Of("NetworkPolicy", "service");
        Assert.Equal("correlation", Text(At(service, "spec", "podSelector", "matchLabels", Label)));
        Assert.Equal("8080", Text(At(Items(Items(service, "spec", "ingress").Single(), "ports").Single(), "port")));
        var outwards = Items(service, "spec", "egress")
            .SelectMany(rule => Items(rule, "ports").Select(port => Text(At(port, "port")))).Distinct();
        Assert.Equal(["53", "5432", "443", "587", "465"], outwards);

        var database = Of("NetworkPolicy", "database");
        Assert.Equal("postgresql", Text(At(database, "spec", "podSelector", "matchLabels", Label)));
        var from = Items(Items(database, "spec", "ingress").Single(), "from").Single();
        Assert.Equal("correlation", Text(At(from, "podSelector", "matchLabels", Label)));
    }

    [Fact]
    public void Compose_hands_the_service_what_it_needs_and_nothing_more()
    {
        var compose = Assert.Single(Read(Repository.PathOf("deploy", "compose", "compose.yaml")));
        var service = At(compose, "services", "correlation");
        Assert.Equal("true", Text(At(service, "read_only")));
        Assert.Equal("ALL", Text(Items(service, "cap_drop").Single()));
        Assert.Equal("no-new-privileges:true", Text(Items(service, "security_opt").Single()));
        Assert.Equal("service_healthy", Text(At(service, "depends_on", "database", "condition")));
        Assert.True(
            File.Exists(
                Repository.PathOf(
                    "deploy",
                    "compose",
                    Text(At(service, "build", "context")),
                    Text(At(service, "build", "dockerfile")))));
        Assert.Equal("true", Text(At(compose, "networks", "store", "internal")));
        Assert.Equal(["store"], Items(At(compose, "services", "database"), "networks").Select(Text));
        Assert.All(
            Items(service, "ports").Select(Text),
            port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));

        // Every variable that must be set is in the example, and nothing else is.
        var text = File.ReadAllText(Repository.PathOf("deploy", "compose", "compose.yaml"));
        var example = File.ReadLines(Repository.PathOf("deploy", "compose", ".env.example"))
            .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.TrimEnd('=')).ToList();
        Assert.All(example, name => Assert.Contains("${" + name, text, StringComparison.Ordinal));
        Assert.Equal(
            example.Count,
            System.Text.RegularExpressions.Regex.Matches(text, @"\$\{([A-Z_]+)")
                .Select(m => m.Groups[1].Value)
                .Distinct()
                .Count());
    }

    private static List<YamlMappingNode> Read(string file)
    {
        var stream = new YamlStream();
        using var reader = File.OpenText(file);
        stream.Load(reader);
        return [.. stream.Documents.Select(document => (YamlMappingNode)document.RootNode)];
    }

    private static YamlMappingNode Of(string kind, string name) => Manifests.Single(manifest =>
        Text(At(manifest, "kind")) == kind && Text(At(manifest, "metadata", "name")) == name);

    private static YamlNode At(YamlNode node, params string[] path) => path.Aggregate(node, (at, name) =>
        at is YamlMappingNode map && map.Children.TryGetValue(name, out var next)
            ? next
            : throw new InvalidOperationException($"There is no {string.Join('.', path)}."));

    private static YamlSequenceNode Items(YamlNode node, params string[] path) => (YamlSequenceNode)At(node, path);

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;
}
