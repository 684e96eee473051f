using System.Text;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Xunit;

namespace Correlation.Grains.Tests.Golden;

/// <summary>What earlier releases wrote: a field that came since has its default.</summary>
public sealed class GoldenOlderTests
{
    [Fact]
    public void An_alert_from_before_the_inhibition_rules_is_under_none() =>
        Assert.Equal(
            Sample.Of<AlertState>() with { Inhibition = null, Count = new AlertTally(1, default, null, null) },
            StateWire.Read(GrainKind.Alert, Encoding.UTF8.GetBytes(GoldenFile.Read("older/alert-without-inhibition.json")), []));
}
