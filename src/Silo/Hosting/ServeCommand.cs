using System.CommandLine;
using System.Data.Common;
using System.Diagnostics;
using System.Net.Sockets;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Query.Events;
using Correlation.Silo.Cluster;
using Correlation.Silo.Configuration;
using Correlation.Silo.Outbox;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;
using Microsoft.AspNetCore.Connections;

namespace Correlation.Silo.Hosting;

/// <summary>The default command: run the service until told to stop.</summary>
public static class ServeCommand
{
    private static readonly string[] Names =
    [
        "CORRELATION_URLS", "CORRELATION_TLS_CERTIFICATE", "CORRELATION_TLS_KEY", "CORRELATION_DATA",
        "CORRELATION_DATABASE", "CORRELATION_CONFIG",
        "CORRELATION_API_KEY", "CORRELATION_PUBLIC_URL", "CORRELATION_ANSWER_SECRET", "CORRELATION_ROLES",
        "CORRELATION_ADVERTISED_URL",
        "CORRELATION_LOG", "CORRELATION_HEARTBEAT_URL", "CORRELATION_MLFLOW_SECRET",
    ];

    public static void AddTo(Command command)
    {
        var options = Names.ToDictionary(name => name, name => new Option<string?>("--" + name)
        {
            Description = "Overrides the environment variable of the same name.",
        });
        foreach (var option in options.Values)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) => RunAsync(
            name => parsed.GetValue(options[name]) ?? Environment.GetEnvironmentVariable(name), cancellation));
    }

    /// <summary>Builds the application without starting it, for tests that host it in their own process.</summary>
    public static WebApplication Build(
        SiloSettings settings, AdministratorKey administrator, Action<WebApplicationBuilder>? change = null)
    {
        var builder = Builder(settings);

        // Below it is only that the start failed, with a trace: RunAsync says what it was, in words where it is
        // expected.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);

        // Each part bounds its own end (requests 2 s, deliveries 2 s, the loop 4 s): this would only break one off.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.Services.AddSilo(settings, administrator);
        change?.Invoke(builder);
        var app = builder.Build();
        app.WakeOthersAfterCommits();
        return app.UseCluster().MapGateway();
    }

    /// <summary>What every server of this program has: where it listens, and how it writes its log.</summary>
    internal static WebApplicationBuilder Builder(SiloSettings settings)
    {
        // Else it watches its working folder for a changed appsettings.json, with all below it: each commit to a data
        // folder there would wake the watcher.
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.WebHost.UseUrls(ListenAddresses.Of(settings.Urls));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = 32 * 1024;
            if (settings.Tls is { } shown)
            {
                kestrel.ConfigureHttpsDefaults(https =>
                {
                    https.ServerCertificate = shown.Own;

                    // Asked at each handshake: the files may hold another since.
                    https.OnAuthenticate = (_, handshake) => handshake.ServerCertificateContext = shown.Context;
                });
            }
        });
        if (settings.Tls is { } certificate)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.Services.AddSingleton(certificate).AddHostedService<CertificateWatch>();
        }

        builder.Logging.AddLines(json: settings.Log == "json").AddFilter("Microsoft", LogLevel.Warning)

            // Were it on for anything, an activity would be made for each request: a tenth of what a request allocates.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        return builder;
    }

    private static async Task<int> RunAsync(Func<string, string?> value, CancellationToken cancellation)
    {
        try
        {
            var settings = SiloSettings.Read(value);

            // A collector that reads objects must not meet words for people among them.
            var words = settings.Log == "json" ? Console.Error : Console.Out;

            // Before anything is written there: a process that is refused must not have replaced the key of the one
            // that runs.
            using var folder = new FolderLock(settings.Data);

            // Who only forwards lets nobody in: that is the owner's to do.
            var administrator = settings.Roles == SiloSettings.GatewayRole
                ? null
                : FirstKey.Open(settings.Data, settings.ApiKey, words);
            return settings.Database.Length > 0
                ? await TakeTurnsAsync(settings, BuildOne, words, cancellation)
                : await ServeAsync(BuildOne(null), settings, words, cancellation);

            WebApplication BuildOne(Action<IServiceCollection>? also)
            {
                var key = administrator ?? throw new UnreachableException("A gateway has taken the database over.");
                return Build(settings, key, builder =>
                {
                    builder.Services.AddSingleton(folder);
                    also?.Invoke(builder.Services);
                });
            }
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync(
                $"{e.Message} Stop the other program, or set CORRELATION_URLS to another address.");
            return 1;
        }
        catch (SocketException e)
        {
            await Console.Error.WriteLineAsync(
                $"CORRELATION_URLS names an address that cannot be listened on: {e.Message}");
            return 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing else is written to before the service runs.
            await Console.Error.WriteLineAsync(FolderLock.CannotBeWritten(SiloSettings.Read(value).Data, e));
            return 1;
        }
        catch (Exception e)
            when (e is SettingException or FirstKeyException or ConfigurationException or StoreRefusedException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task<int> ServeAsync(
        WebApplication built, SiloSettings settings, TextWriter words, CancellationToken cancellation)
    {
        await using var app = built;
        app.Lifetime.ApplicationStarted.Register(() => words.WriteLine(Welcome.Text(settings)));
        await StartAsync(app, cancellation);
        await app.WaitForShutdownAsync(cancellation);
        return Environment.ExitCode;
    }

    /// <summary>Of several processes on one database one serves, and the others wait until it goes.</summary>
    private static async Task<int> TakeTurnsAsync(
        SiloSettings settings, Func<Action<IServiceCollection>?, WebApplication> build, TextWriter words,
        CancellationToken cancellation)
    {
        var process = ThisProcess.Of(settings);
        await using var standby = new Standby(settings, process, TimeProvider.System);
        while (await standby.UntilFreeAsync(Prepare, cancellation))
        {
            try
            {
                return await ServeAsync(
                    build(
                        services => services.AddSingleton(process).AddSingleton(standby).AddHostedService<Handover>()),
                    settings,
                    words,
                    cancellation);
            }
            catch (StoreRefusedException e)
                when (e is StoreInUseException || (standby.HasServed && e.InnerException is DbException))
            {
                // Another was quicker, or the server went away in the middle of it.
            }
        }

        return Environment.ExitCode;

        // A configuration that cannot be read would be found at the takeover, when nobody is left to page.
        void Prepare()
        {
            if (process.MayOwn)
            {
                using var rehearsed = (IDisposable)build(null);
                _ = ((IHost)rehearsed).Services.GetRequiredService<ConfigurationSource>();
            }
        }
    }

    private static ILoggingBuilder AddLines(this ILoggingBuilder logging, bool json)
    {
        const string Time = "yyyy-MM-ddTHH:mm:ss.fffZ";
        return json
            ? logging.AddJsonConsole(line => (line.UseUtcTimestamp, line.TimestampFormat) = (true, Time))
            : logging.AddSimpleConsole(line =>
                (line.UseUtcTimestamp, line.TimestampFormat, line.SingleLine) = (true, Time + " ", true));
    }

    private static async Task StartAsync(WebApplication app, CancellationToken cancellation)
    {
        try
        {
            await app.StartAsync(cancellation);
        }
        catch
        {
            // It has begun some parts, and they must end before what they use is disposed.
            await app.StopAsync(CancellationToken.None);
            throw;
        }
    }

    private static void WakeOthersAfterCommits(this WebApplication app)
    {
        var outbox = app.Services.GetRequiredService<OutboxSignal>();
        var events = app.Services.GetRequiredService<EventSignal>();
        app.Services.GetRequiredService<Shard>().Committed = write =>
        {
            outbox.Committed(write);
            if (write.Timeline.Count > 0)
            {
                events.Pulse();
            }
        };
    }
}
