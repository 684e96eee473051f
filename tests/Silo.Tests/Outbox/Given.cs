using Correlation.Gateway.Answers;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Tests.Outbox;

internal static class Given
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static readonly AnswerKey AnswerKey = new(new byte[Gateway.Answers.AnswerKey.Size]);

    public static readonly AnswerLinks NoLinks = new(AnswerKey, null);

    public static readonly AnswerLinks Links = new(AnswerKey, new Uri("https://alerts.example.org/correlation"));

    public static Delivery Page(params DeliveryTarget[] targets) => Page(1, targets);

    public static Delivery Page(int number, params DeliveryTarget[] targets) => new()
    {
        Id = DerivedId.Of("test", "page", number),
        IncidentId = $"incident-{number}",
        Step = 1,
        Who = "ann@example.org",
        Targets = targets.ToValueList(),
        NotBefore = Start,
        MovesOnAt = RetryRules.MovesOnAt(0, targets.Length, Start),
        DecidedAt = Start,
        Reason = "on call for ml-infra",
        Text = new PageText(
            "incident.page", "Serving latency is high", "P99 is 900 ms.", Priority.P1, "ml-infra", 42,
            "endpoint:churn-v3", "serving-latency",
            "https://runbooks.example.org/latency?a=1&b=2", 3, Start.AddMinutes(-2)),
    };

    public static DeliveryTarget To(string channel, string address = "") => new(channel, address);

    public static Channel Channel(string name, string type, params (string Key, string Value)[] settings) =>
        new(name, type, Labels.From(settings.Select(s => KeyValuePair.Create(s.Key, s.Value))));

    public static PolicyVersion Policy(params Channel[] channels) => new()
    {
        Version = 1,
        Settings = new PolicySettings { DefaultTeam = "ml-platform" },
        Channels = channels.ToValueList(),
    };
}
