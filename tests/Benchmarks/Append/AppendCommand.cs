using System.CommandLine;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Correlation.Benchmarks.Append;

/// <summary>
/// The upper bound for a durable intake in this language on these libraries: the same web server, the same JSON, one
/// synced commit per batch, and nothing in between. It decides nothing and remembers nothing.
/// </summary>
internal static class AppendCommand
{
    [ThreadStatic]
    private static List<AppendRow>? parsed;

    public static Command Create()
    {
        var url = new Option<string>("--url") { Required = true, Description = "http://127.0.0.1:port" };
        var file = new Option<string>("--file")
        {
            DefaultValueFactory = _ => "append.db",
            Description = "the SQLite file",
        };
        var database = new Option<string?>("--database") { Description = "a PostgreSQL connection string instead" };
        var command = new Command("append", "serves POST /api/v2/alerts and appends one row per alert")
        {
            url, file, database,
        };
        command.SetAction(async (arguments, token) =>
        {
            using IAppendTable table = arguments.GetValue(database) is { } connection
                ? new PostgresTable(connection)
                : new SqliteTable(arguments.GetRequiredValue(file));
            await ServeAsync(arguments.GetRequiredValue(url), table, token);
        });
        return command;
    }

    private static async Task ServeAsync(string url, IAppendTable table, CancellationToken token)
    {
        using var log = new AppendLog(table);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(url);
        await using var application = builder.Build();
        application.MapPost("/api/v2/alerts", (RequestDelegate)(context => AppendAsync(context, log)));
        application.MapGet("/readyz", () => "ready");
        await application.StartAsync(token);
        await application.WaitForShutdownAsync(token);
    }

    private static async Task AppendAsync(HttpContext context, AppendLog log)
    {
        var reader = context.Request.BodyReader;
        var read = await reader.ReadAsync(context.RequestAborted);
        while (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync(context.RequestAborted);
        }

        var rows = parsed ??= [];
        rows.Clear();
        try
        {
            AlertParser.Parse(read.Buffer, rows);
        }
        catch (JsonException error)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(error.Message, context.RequestAborted);
            return;
        }
        finally
        {
            reader.AdvanceTo(read.Buffer.End);
        }

        try
        {
            // The rows are copied before this returns, so the next request on this thread may reuse the list.
            await log.AppendAsync(rows);
        }
        catch (IOException error)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync(error.Message, context.RequestAborted);
            return;
        }

        context.Response.ContentLength = 0;
    }
}
