using Correlation.Silo.Configuration;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Correlation.Silo.Tests.Configuration;

internal static class FolderReading
{
    public static IReadOnlyList<IChannel> Channels { get; } =
        ChannelTypes.ForReading(TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>Within what the rotations of the tests cover.</summary>
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static ConfigurationReader Reader(params (string Name, string Value)[] environment) =>
        new(
            Channels,
            name => environment.FirstOrDefault(variable => variable.Name == name).Value,
            new ManualClock(Now));

    public static ReadConfiguration At(string folder, params (string Name, string Value)[] environment) =>
        Reader(environment).Read(FolderContent.Read(folder));
}
