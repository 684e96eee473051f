using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit.Processes;
using Xunit;
using Signal = Correlation.Grains.Alerts.Signal;

namespace Correlation.Silo.Tests.Configuration;

/// <summary>What a newcomer starts with: deploy/config, and the alert catalogue it stands for.</summary>
public sealed class ShippedConfigurationTests
{
    private static readonly PolicyVersion Policy = Read();

    [Theory]
    [InlineData("TrainingJobFailed", "training-job-failed", Priority.P2, "ml-platform")]
    [InlineData("ModelAccuracyDrop", "model-quality-drop", Priority.P2, "data-science")]
    [InlineData("DataDriftDetected", "data-drift-detected", Priority.P3, "data-science")]
    [InlineData("ModelServingLatencyHigh", "serving-latency-high", Priority.P1, "ml-infra")]
    [InlineData("GPUNodeNotReady", "gpu-node-down", Priority.P1, "ml-infra")]
    [InlineData("FeatureStoreStale", "feature-store-stale", Priority.P3, "ml-platform")]
    public void An_alert_of_the_catalogue_has_its_kind_priority_team_and_runbook(
        string name, string kind, Priority priority, string team)
    {
        var signal = new Signal { Alias = "a", Message = name, Labels = Labels.From([new("alertname", name)]) };
        var found = Classifier.Classify(signal, Policy, DateTimeOffset.UnixEpoch);
        Assert.Equal((kind, priority, team), (found.Kind, found.Priority, found.Team));
        Assert.NotEmpty(found.Runbook);
        Assert.NotEmpty(found.Actions);
    }

    [Fact]
    public void The_Watchdog_of_kube_prometheus_is_a_heartbeat_and_no_alert()
    {
        var signal = new Signal
        {
            Alias = "a",
            Message = "Watchdog",
            Labels = Labels.From([new("alertname", "Watchdog"), new("prometheus", "monitoring/k8s"), new("severity", "none")]),
            Integration = new Integration("i", "prometheus", "Prometheus"),
            ResendsWhileFiring = true,
        };
        var made = HeartbeatSignals.Find(signal, Policy)!.Made;
        Assert.Equal(
            ("Watchdog.prometheus.monitoring-k8s~dea9954f", Policy.Settings.ResolveTimeout, Priority.P2, "ml-platform"),
            (made.Name, made.Interval, made.AlertPriority, made.OwnerTeam));
    }

    [Theory]
    [InlineData("Model Accuracy Drop - churn_model")]
    [InlineData("churn_model predicts badly")]
    public void An_Opsgenie_message_is_known_by_its_beginning_or_by_a_tag(string message)
    {
        var signal = new Signal
        {
            Alias = "model-accuracy-churn",
            Message = message,
            Tags = ["ml", "model-quality", "data-science"],
        };
        var found = Classifier.Classify(signal, Policy, DateTimeOffset.UnixEpoch);
        Assert.Equal(("model-quality-drop", "data-science"), (found.Kind, found.Team));
    }

    [Fact]
    public void A_tag_that_every_alert_has_makes_none_a_kind()
    {
        var signal = new Signal { Alias = "a", Message = "Disk full", Tags = ["ml", "ml-infra"] };
        var found = Classifier.Classify(signal, Policy, DateTimeOffset.UnixEpoch);
        Assert.Equal(("", "ml-platform", "everything"), (found.Kind, found.Team, found.Route));
    }

    [Theory]
    [InlineData("ml-infra", 5, 10, 15)]
    [InlineData("ml-platform", 5, 10, 15)]
    [InlineData("data-science", 10, 15, 20)]
    public void The_person_on_call_is_paged_at_once_and_has_the_catalogues_time_to_answer(
        string team, int primary, int secondary, int manager)
    {
        var steps = Policy.FindEscalation(Policy.FindTeam(team)!.Escalation)!.Steps;
        Assert.Equal([0, primary, secondary, manager], steps.Select(step => (int)step.Delay.TotalMinutes));
        Assert.Equal(
            [StepTargetType.Schedule, StepTargetType.User, StepTargetType.User, StepTargetType.Team],
            steps.Select(step => step.Target.Type));
    }

    [Fact]
    public void Schedules_hand_off_on_Monday_at_nine_or_every_day_and_only_members_are_on_call()
    {
        foreach (var schedule in Policy.Schedules)
        {
            var rotation = Assert.Single(schedule.Rotations);
            Assert.Equal(new NodaTime.LocalDateTime(2026, 1, 5, 9, 0), rotation.Start);
            Assert.Equal(NodaTime.IsoDayOfWeek.Monday, rotation.Start.DayOfWeek);
            Assert.Equal(schedule.Name == "data-science" ? RotationType.Daily : RotationType.Weekly, rotation.Type);
            Assert.All(rotation.Participants, person => Assert.Contains(
                person, Policy.FindTeam(schedule.Team!)!.Members.Select(member => Participant.User(member.User))));
        }
    }

    [Fact]
    public void A_first_start_needs_nothing_installed_to_reach_somebody() =>
        Assert.All(Policy.Users, user => Assert.Equal([new DeliveryTarget("log", "")], user.Contacts));

    private static PolicyVersion Read()
    {
        var read = FolderReading.At(Repository.PathOf("deploy", "config"));
        Assert.Empty(read.Problems);
        return read.Policy!;
    }
}
