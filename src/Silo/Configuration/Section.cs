namespace Correlation.Silo.Configuration;

/// <summary>The top-level keys that hold lists of named things; their words are these names in snake case.</summary>
internal enum Section
{
    Users,
    Teams,
    Channels,
    Kinds,
    Routes,
    InhibitRules,
    Maintenance,
    Escalations,
    Schedules,
    Keys,
    Entities,
    Edges,
}
