using Correlation.Grains.Policy;

namespace Correlation.Gateway.Keys;

/// <summary>
/// The key of the first start (or <c>CORRELATION_API_KEY</c>): it has all rights and is in no configuration file.
/// </summary>
/// <param name="Sha256">64 lower-case hex digits, as <see cref="KeyHash.Of"/> gives them.</param>
public sealed record AdministratorKey(string Sha256)
{
    public ApiKey Key { get; } = new(ApiKey.Administrator, Sha256, ApiKeyType.Integration, null, KeyRights.All);
}
