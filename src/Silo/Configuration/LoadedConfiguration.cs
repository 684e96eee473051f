using System.Security.Cryptography;
using System.Text.Json;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Configuration;

/// <summary>A version that was good.</summary>
/// <param name="Policy">Its version is 0: the engine assigns versions.</param>
/// <param name="Hash">
/// Of what the files say, not of their bytes: a comment is no new version, a default that a new release changed is one.
/// </param>
public sealed record LoadedConfiguration(
    PolicyVersion Policy, string Hash, DateTimeOffset LoadedAt, ValueList<Problem> Warnings)
{
    public static LoadedConfiguration Of(PolicyVersion policy, IEnumerable<Problem> warnings, DateTimeOffset at)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(policy, WireJson.Options);
        return new(policy, Convert.ToHexStringLower(SHA256.HashData(text)), at, warnings.ToValueList());
    }
}
