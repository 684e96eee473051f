using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>
/// A way to reach a person that was made through an API. Until a code that was sent to it has come back it is not
/// verified, and tried after all that are: rather a page to a mistyped number as well than none.
/// </summary>
/// <param name="User">By name.</param>
/// <param name="Enabled">Else it is not paged.</param>
public sealed record MadeContact(
    string Id, string User, DeliveryTarget Target, bool Verified, bool Enabled, DateTimeOffset MadeAt);
