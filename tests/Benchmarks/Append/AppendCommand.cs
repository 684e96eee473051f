using System.CommandLine;
using Correlation.Gateway.Alertmanager;
using Correlation.Gateway.Alertmanager.Intake;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Postgres;
using Correlation.Silo.Storage.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Correlation.Benchmarks.Append;

/// <summary>
/// What the engine is measured against: the service's own web server, parsing, inbox, log row, store and commit, and
/// nothing in between.
/// </summary>
internal static class AppendCommand
{
    public static Command Create()
    {
        var url = new Option<string>("--url") { Required = true, Description = "http://127.0.0.1:port" };
        var folder = new Option<string>("--folder")
        {
            DefaultValueFactory = _ => ".",
            Description = "where the SQLite file is made",
        };
        var database = new Option<string?>("--database") { Description = "a PostgreSQL connection string instead" };
        var command = new Command("append", "serves POST /api/v2/alerts and only logs what it takes")
        {
            url, folder, database,
        };
        command.SetAction(async (arguments, token) =>
        {
            using IStore store = arguments.GetValue(database) is { } connection
                ? new PostgresStore(connection)
                : new SqliteStore(arguments.GetRequiredValue(folder), NullLogger<SqliteStore>.Instance);
            await ServeAsync(arguments.GetRequiredValue(url), store, token);
        });
        return command;
    }

    private static async Task ServeAsync(string url, IStore store, CancellationToken token)
    {
        using var inbox = new ShardInbox(new ShardOptions());
        using var loop = new AppendLoop(inbox, store);
        var sender = Sender.Of(new ApiKey("append", "", ApiKeyType.Integration, null, KeyRights.All));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(url);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        await using var application = builder.Build();
        application.MapPost("/api/v2/alerts", (RequestDelegate)(context => AppendAsync(context, inbox, sender)));
        application.MapGet("/readyz", () => "ready");
        await application.StartAsync(token);
        await application.WaitForShutdownAsync(token);
    }

    private static async Task AppendAsync(HttpContext context, ShardInbox inbox, Sender sender)
    {
        var batch = await WholeBody.ReadAsync(context, sender, AlertBatch.Read);
        if (batch is not { NotReadable: null, Problems.Count: 0, Commands.Length: > 0 })
        {
            await Answers.TextAsync(context, StatusCodes.Status400BadRequest, batch?.NotReadable ?? "no usable alerts");
            return;
        }

        try
        {
            var request = new Submission.Request(batch.Commands, null);
            inbox.Add(request, CommandClass.Intake);
            await request.Done;
        }
        catch (UnavailableException busy)
        {
            await Answers.TextAsync(context, StatusCodes.Status503ServiceUnavailable, busy.Message);
            return;
        }

        await Answers.Done(context);
    }
}
