using Correlation.Grains.Model;

namespace Correlation.Silo.Configuration;

/// <summary>The folder has errors at start, and there is no earlier version to go on with.</summary>
public sealed class ConfigurationException(string folder, ValueList<Problem> problems)
    : Exception($"The configuration in '{folder}' (CORRELATION_CONFIG) was refused:\n" + string.Join('\n', problems))
{
    public ValueList<Problem> Problems { get; } = problems;
}
