using System.CommandLine;
using Correlation.Gateway.Keys;

namespace Correlation.Silo.Commands;

/// <summary><c>key new</c>: makes an API key, shown once, and the entry that lets it in.</summary>
public static class KeyCommand
{
    public static Command Create() => new("key", "API keys.") { New() };

    private static Command New()
    {
        var name = new Option<string>("--name") { Required = true, Description = "Who uses it, such as prometheus." };
        var type = new Option<string>("--type")
        {
            Description = "integration creates and changes alerts; account configures and reads.",
            DefaultValueFactory = _ => "integration",
        };
        type.AcceptOnlyFromAmong("integration", "account");
        var team = new Option<string?>("--team")
        {
            Description = "Everything it creates belongs to this team, and it sees only that.",
        };

        const string Purpose = "Prints a new key and its entry for 'keys:' in the configuration.";
        var command = new Command("new", Purpose) { name, type, team };
        command.SetAction(parsed => Print(
            parsed.InvocationConfiguration.Output,
            parsed.GetValue(name)!,
            parsed.GetValue(type)!,
            parsed.GetValue(team)));
        return command;
    }

    private static void Print(TextWriter output, string name, string type, string? team)
    {
        var key = KeyHash.Random();
        output.WriteLine($"""
            The key, shown only now:

              {key}

            Its entry for the configuration:

            keys:
              - name: {Quoted(name)}
                type: {type}
                rights: [{(type == "account" ? "read, configure" : "read, create_and_update, delete")}]
                sha256: {KeyHash.Of(key)}
            """);
        if (!string.IsNullOrEmpty(team))
        {
            output.WriteLine($"    team: {Quoted(team)}");
        }
    }

    /// <summary>A single-quoted YAML scalar can hold any printable text.</summary>
    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
