using Correlation.Silo.Configuration;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Correlation.Silo.Tests.Configuration;

internal static class FolderReading
{
    public static IReadOnlyList<IChannel> Channels { get; } =
        ChannelTypes.ForReading(TimeProvider.System, NullLoggerFactory.Instance);

    public static ConfigurationReader Reader(params (string Name, string Value)[] environment) =>
        new(Channels, name => environment.FirstOrDefault(variable => variable.Name == name).Value);

    public static ReadConfiguration At(string folder, params (string Name, string Value)[] environment) =>
        Reader(environment).Read(FolderContent.Read(folder));
}
