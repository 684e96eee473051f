using Correlation.Grains.Model;
using Correlation.Grains.Topology;

namespace Correlation.Grains.Policy;

/// <summary>
/// How alerts find their cause; the keys of <c>correlation:</c> in the settings. Shares and scores are from 0 to 1.
/// </summary>
public sealed record CorrelationSettings
{
    /// <summary>What is read from files says so unless it is turned off there.</summary>
    public bool Enabled { get; init; }

    /// <summary>
    /// An edge that was learnt and not seen for so long no longer counts. The topology looks once a day.
    /// </summary>
    public TimeSpan EdgeFade { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// A run that its schedule names is missed when it is later than this, counted from when it used to begin.
    /// </summary>
    public TimeSpan RunGrace { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Types of entities beside <see cref="EntityUrn.Types"/>.</summary>
    public ValueList<string> EntityTypes { get; init; } = [];

    /// <summary>How long a new alert whose cause is known waits for others before it is placed.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long when something is upstream and nothing there says why; four fifths of its hold at most. What pages
    /// before it is known why is told another cause, or becomes another incident, after somebody was paged.
    /// </summary>
    public TimeSpan Gather { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Alerts that come within it may come in any order. So long a better cause replaces one freely, and so long after
    /// its end an alert can still be given a cause.
    /// </summary>
    public TimeSpan Lateness { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// What is of a watched kind and over sooner, and explained nothing that pages, is put down to nothing.
    /// </summary>
    public TimeSpan Fleeting { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A cause counts from this score on.</summary>
    public double Threshold { get; init; } = 0.3;

    /// <summary>After the lateness a cause is replaced only by one that is better by this.</summary>
    public double Margin { get; init; } = 0.15;

    /// <summary>
    /// A symptom may be noticed so long before its cause is: monitors look at different times, clocks differ.
    /// </summary>
    public TimeSpan Slack { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Symptoms that began within it of each other may have a cause in common that nobody observed; and so long an
    /// alert whose kind says nothing about its causes may follow one.
    /// </summary>
    public TimeSpan SymptomWindow { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>An entity with ill ones in so many branches downstream is suspected of what nobody observed.</summary>
    public int SuspectBranches { get; init; } = 2;

    /// <summary>And in this share of all branches, unless they began within the shared window.</summary>
    public double SuspectShare { get; init; } = 0.4;

    /// <summary>Of what alerts have in common by a label alone: so many of one kind are ill.</summary>
    public int SharedBranches { get; init; } = 3;

    /// <summary>And began within this of each other.</summary>
    public TimeSpan SharedWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Labels whose value may be the common cause of alerts that lineage does not connect.</summary>
    public ValueList<string> SharedLabels { get; init; } = ["credential", "quota", "node_pool", "region"];

    /// <summary>
    /// All lags, windows and watches, the lateness, and what tells flapping and a lost resolve, are divided by it: with
    /// 60 a story of an hour takes a minute. Those of the settings and of kinds are when they are read; those of edges
    /// when they are used.
    /// </summary>
    public double TimeScale { get; init; } = 1;

    /// <summary>These settings and kinds with every time as it is with the scale.</summary>
    public static PolicyVersion Scale(PolicyVersion policy)
    {
        var correlation = policy.Settings.Correlation;
        if (correlation.TimeScale == 1)
        {
            return policy;
        }

        var scale = correlation.TimeScale;
        return policy with
        {
            Settings = policy.Settings with
            {
                FlapWindow = policy.Settings.FlapWindow / scale,
                WebhookTimeout = policy.Settings.WebhookTimeout / scale,
                Correlation = correlation with
                {
                    Lateness = correlation.Lateness / scale,
                    Fleeting = correlation.Fleeting / scale,
                    Slack = correlation.Slack / scale,
                    SymptomWindow = correlation.SymptomWindow / scale,
                    SharedWindow = correlation.SharedWindow / scale,
                },
            },
            Kinds = policy.Kinds.Select(kind => kind with
            {
                CausedBy = kind.CausedBy.Select(e => e with { Lag = new LagRange(e.Lag.Min / scale, e.Lag.Max / scale) }).ToValueList(),
                Watch = kind.Watch / scale,
                CauseWindow = kind.CauseWindow / scale,
            }).ToValueList(),
        };
    }
}
