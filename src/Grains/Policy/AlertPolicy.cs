using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>
/// Changes alerts as they open, before they are classified. Those of no team come first, then those of the alert's
/// team, each by rank; after one that does not continue no other of its scope is asked.
/// </summary>
/// <remarks>
/// Message, description, entity and source are templates: <c>{{message}}</c> is what it was. A notification policy has
/// the same name, filter, hours and order, always a team, and is asked with its like alone.
/// </remarks>
public sealed record AlertPolicy(string Id, string Name, AlertCriteria Filter)
{
    public string Message { get; init; } = "{{message}}";

    /// <summary>What it is for.</summary>
    public string About { get; init; } = "";

    /// <summary>Null: for alerts of every team.</summary>
    public string? Team { get; init; }

    /// <summary>The lowest is asked first.</summary>
    public double Rank { get; init; }

    public bool Enabled { get; init; } = true;

    public bool Continues { get; init; }

    /// <summary>It holds within any of them, in UTC; always when there are none.</summary>
    public ValueList<TimeWindow> Hours { get; init; } = [];

    public string Description { get; init; } = "{{description}}";

    public string Entity { get; init; } = "{{entity}}";

    public string Source { get; init; } = "{{source}}";

    /// <summary>Null: stays as it is.</summary>
    public Priority? Priority { get; init; }

    public ValueList<string> Actions { get; init; } = [];

    public ValueList<string> Tags { get; init; } = [];

    public ValueList<Alerts.Responder> Responders { get; init; } = [];

    public Labels Details { get; init; } = Labels.Empty;

    public bool DropsActions { get; init; }

    public bool DropsTags { get; init; }

    public bool DropsResponders { get; init; }

    public bool DropsDetails { get; init; }

    /// <summary>Those of the responders that are teams.</summary>
    public bool DropsTeams { get; init; }

    /// <summary>Of a notification policy; null for one that changes the alert.</summary>
    public PagingRule? Paging { get; init; }
}
