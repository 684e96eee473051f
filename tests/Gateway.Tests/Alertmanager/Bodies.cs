using System.Buffers;
using System.Text;
using Correlation.Gateway.Alertmanager;
using Correlation.Gateway.Alertmanager.Intake;
using Correlation.Grains.Alerts;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Tests.Alertmanager;

/// <summary>Bodies as the key prod-eu would send them, and what is read of them.</summary>
internal static class Bodies
{
    public static readonly Sender ProdEu = Sender.Of(
        new ApiKey("prod-eu", "", ApiKeyType.Integration, null, KeyRights.All));

    public static AlertBatch Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    public static AlertBatch Read(byte[] json) => AlertBatch.Read(new ReadOnlySequence<byte>(json), ProdEu);

    public static AlertBatch Notified(string json) =>
        Notification.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)), ProdEu);

    /// <summary>What is read of the first bytes of a body that is longer.</summary>
    public static AlertBatch NotifiedCut(string json, int bytes) =>
        Notification.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)[..bytes]), ProdEu, cut: true);

    public static Signal[] Signals(AlertBatch batch) =>
        [.. batch.Commands.Select(command => ((AlertCommand.Receive)command.Command).Signal)];

    /// <summary>The only alert of a body that has nothing wrong.</summary>
    public static Signal One(string alert)
    {
        var batch = Read($"[{alert}]");
        Xunit.Assert.Null(batch.NotReadable);
        Xunit.Assert.Equal("", batch.Problems.Text);
        return Xunit.Assert.Single(Signals(batch));
    }
}
