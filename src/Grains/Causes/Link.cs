using System.Text.Json.Serialization;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Causes;

/// <summary>An incident's member among its causes, as its alert knows it.</summary>
/// <param name="Parent">What explains it; null for a root.</param>
/// <param name="Others">What else might, best first.</param>
public sealed record Link(DateTimeOffset Onset, KindNature Nature, Candidate? Parent, ValueList<CauseCandidate> Others)
{
    [JsonIgnore]
    public string ParentKey =>
        Parent is null ? "" : Parent.Alias.Length > 0 ? Parent.Alias : $"{Parent.Entity} {Parent.Kind}";
}
