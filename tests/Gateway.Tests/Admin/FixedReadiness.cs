using Correlation.Gateway.Seams;

namespace Correlation.Gateway.Tests.Admin;

internal sealed class FixedReadiness(Readiness now) : IReadiness
{
    public static readonly Readiness Well = new(Recovering: false, StoreProblem: null, ConfigurationError: null);

    public Readiness Now => now;
}
