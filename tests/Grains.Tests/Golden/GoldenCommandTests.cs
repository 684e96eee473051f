using System.Text.Json;
using System.Text.Json.Nodes;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Xunit;

namespace Correlation.Grains.Tests.Golden;

/// <summary>Every command under the name it is logged, counted and sent by.</summary>
public sealed class GoldenCommandTests
{
    private const string File = "commands.json";

    [Fact]
    public void Every_command_is_written_as_in_the_file()
    {
        var commands = new JsonObject();
        foreach (var command in All().OrderBy(CommandFamilies.NameOf, StringComparer.Ordinal))
        {
            commands.Add(CommandFamilies.NameOf(command), JsonNode.Parse(CommandFamilies.Serialize(command)));
        }

        GoldenFile.AssertIs(File, GoldenFile.Pretty(JsonSerializer.SerializeToUtf8Bytes(commands, WireJson.Options)));
    }

    [Fact]
    public void Every_stored_command_is_read_as_what_it_was()
    {
        var stored = JsonNode.Parse(GoldenFile.Read(File))!.AsObject().ToDictionary(
            command => command.Key, command => command.Value!.ToJsonString(WireJson.Options));
        foreach (var expected in All())
        {
            var name = CommandFamilies.NameOf(expected);
            var read = CommandFamilies.FromText(name + " " + stored[name]);

            Assert.Equal(expected, read);
            Assert.Equal(name + " " + stored[name], CommandFamilies.ToText(read));
        }
    }

    [Fact]
    public void A_command_of_a_newer_release_is_named() =>
        Assert.Equal(
            "Unknown command 'alert.predict': was it written by a newer release?",
            Assert.Throws<JsonException>(() => CommandFamilies.FromText("alert.predict {}")).Message);

    /// <summary>Of every closed family in the assembly, so that a new one cannot be forgotten.</summary>
    private static IEnumerable<Command> All() =>
        from type in typeof(Command).Assembly.GetTypes()
        where type.IsSubclassOf(typeof(Command)) && !type.IsAbstract
        select (Command)Sample.Of(type);
}
