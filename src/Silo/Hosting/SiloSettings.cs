using System.Text.RegularExpressions;
using Correlation.Gateway.Answers;

namespace Correlation.Silo.Hosting;

/// <summary>What an operator sets from outside: environment variables, or flags of the same names.</summary>
public sealed partial record SiloSettings
{
    /// <summary>The value of <c>CORRELATION_ROLES</c> of a process that never takes over.</summary>
    public const string GatewayRole = "gateway";

    /// <summary><c>CORRELATION_URLS</c>: where to listen; several separated by semicolons.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8080";

    /// <summary>
    /// <c>CORRELATION_TLS_CERTIFICATE</c> and <c>CORRELATION_TLS_KEY</c>, paths of PEM files: shown on the https
    /// addresses of <c>CORRELATION_URLS</c>. Null when there are none.
    /// </summary>
    public ServerCertificate? Tls { get; init; }

    /// <summary><c>CORRELATION_DATA</c>: the data folder. One process has it at a time.</summary>
    public string Data { get; init; } = "./data";

    /// <summary>
    /// <c>CORRELATION_DATABASE</c>: a PostgreSQL connection string; empty stores in the data folder (SQLite).
    /// </summary>
    public string Database { get; init; } = "";

    /// <summary><c>CORRELATION_CONFIG</c>: the folder of YAML; by default the sample that ships.</summary>
    public string Config { get; init; } = DefaultConfig();

    /// <summary><c>CORRELATION_API_KEY</c>: a UUID that has all rights; empty makes one at the first start.</summary>
    public string ApiKey { get; init; } = "";

    /// <summary>
    /// <c>CORRELATION_PUBLIC_URL</c>: under which people and their providers reach this service; empty leaves out of
    /// pages the links that answer them.
    /// </summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>
    /// <c>CORRELATION_ANSWER_SECRET</c>: signs the links in pages; empty makes a key and keeps it in the data folder,
    /// which a container without a volume loses, and with it every link that is out.
    /// </summary>
    public string AnswerSecret { get; init; } = "";

    /// <summary>
    /// <c>CORRELATION_MLFLOW_SECRET</c>: of MLflow's webhooks, which are let in by their signature; empty takes only
    /// those that carry an API key.
    /// </summary>
    public string MlflowSecret { get; init; } = "";

    /// <summary>
    /// <c>CORRELATION_ROLES</c>: <c>all</c> runs the database, or waits for it and takes alerts in for the owner
    /// meanwhile; <c>gateway</c> only does the latter.
    /// </summary>
    public string Roles { get; init; } = "all";

    /// <summary>
    /// <c>CORRELATION_ADVERTISED_URL</c>: where the other processes on the database reach this one; empty takes the
    /// first of <c>CORRELATION_URLS</c>, with the machine's name for "every address".
    /// </summary>
    public string AdvertisedUrl { get; init; } = "";

    /// <summary>
    /// <c>CORRELATION_LOG</c>: <c>text</c>, a line each for people; <c>json</c>, an object each for a collector.
    /// </summary>
    public string Log { get; init; } = "text";

    /// <summary>
    /// <c>CORRELATION_HEARTBEAT_URL</c>: asked with GET whenever the audit of all open incidents has passed, so that
    /// somebody outside notices when it does not; empty asks nobody.
    /// </summary>
    public string HeartbeatUrl { get; init; } = "";

    /// <exception cref="SettingException">A value that cannot work; the message names the setting and the
    /// value.</exception>
    public static SiloSettings Read(Func<string, string?> value)
    {
        string Or(string name, string otherwise) => value(name) is { Length: > 0 } text ? text : otherwise;
        var defaults = new SiloSettings();
        var settings = new SiloSettings
        {
            Urls = Or("CORRELATION_URLS", defaults.Urls),
            Data = Or("CORRELATION_DATA", defaults.Data),
            Database = Or("CORRELATION_DATABASE", ""),
            Config = Or("CORRELATION_CONFIG", defaults.Config),
            ApiKey = Or("CORRELATION_API_KEY", ""),
            PublicUrl = ReadPublicUrl(Or("CORRELATION_PUBLIC_URL", "")),
            AnswerSecret = Or("CORRELATION_ANSWER_SECRET", ""),
            MlflowSecret = Or("CORRELATION_MLFLOW_SECRET", ""),
            Roles = Or("CORRELATION_ROLES", defaults.Roles),
            AdvertisedUrl = ReadAdvertised(Or("CORRELATION_ADVERTISED_URL", ""), Or("CORRELATION_URLS", defaults.Urls)),
            Log = Or("CORRELATION_LOG", defaults.Log),
            HeartbeatUrl = Or("CORRELATION_HEARTBEAT_URL", ""),
        };
        ListenAddresses.Check(settings.Urls);
        settings = settings with { Tls = ReadTls(settings.Urls, Or("CORRELATION_TLS_CERTIFICATE", ""), Or("CORRELATION_TLS_KEY", "")) };
        CheckDatabase(settings.Database);
        if (settings.AnswerSecret.Length is > 0 and < AnswerKey.Size)
        {
            throw new SettingException(
                $"CORRELATION_ANSWER_SECRET must have {AnswerKey.Size} characters or more, such as 'openssl rand -base64 32' prints; it has {settings.AnswerSecret.Length}.");
        }

        if (settings.Roles is not ("all" or GatewayRole))
        {
            throw new SettingException(
                $"CORRELATION_ROLES must be 'all' or '{GatewayRole}'; it is '{settings.Roles}'.");
        }

        if (settings is { Roles: GatewayRole, Database: "" })
        {
            throw new SettingException(
                $"CORRELATION_ROLES is '{GatewayRole}': set CORRELATION_DATABASE to the database whose owner it forwards to.");
        }

        if (settings.Log is not ("text" or "json"))
        {
            throw new SettingException($"CORRELATION_LOG must be 'text' or 'json'; it is '{settings.Log}'.");
        }

        if (settings.HeartbeatUrl.Length > 0
            && !(Uri.TryCreate(settings.HeartbeatUrl, UriKind.Absolute, out var heartbeat) && heartbeat.Scheme is ("http" or "https")))
        {
            throw new SettingException(
                $"CORRELATION_HEARTBEAT_URL must be an http:// or https:// address; it is '{settings.HeartbeatUrl}'.");
        }

        return Directory.Exists(settings.Config)
            ? settings
            : throw new SettingException(
                $"CORRELATION_CONFIG must name a folder of YAML files; '{settings.Config}' does not exist.");
    }

    private static ServerCertificate? ReadTls(string urls, string certificate, string key) => !ListenAddresses.AnyIsHttps(urls) ? null
        : certificate.Length > 0 ? ServerCertificate.Read(certificate, key)
        : throw new SettingException(
            "CORRELATION_URLS names an https address: set CORRELATION_TLS_CERTIFICATE and CORRELATION_TLS_KEY to the PEM files of " +
            $"its certificate and key; it is '{urls}'.");

    private static string ReadAdvertised(string given, string urls)
    {
        if (given.Length > 0)
        {
            return Uri.TryCreate(given, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", PathAndQuery: "/", UserInfo: "" }
                ? url.GetLeftPart(UriPartial.Authority)
                : throw new SettingException(
                    $"CORRELATION_ADVERTISED_URL must be an http or https address without a path, such as http://10.0.0.5:8080; it is '{given}'.");
        }

        var first = urls.Split(';', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault("");
        var named = EveryAddress().Replace(first, $"://{Environment.MachineName}", 1);
        return Uri.TryCreate(named, UriKind.Absolute, out var own) ? own.GetLeftPart(UriPartial.Authority) : "";
    }

    [GeneratedRegex(@"://(\*|\+|0\.0\.0\.0|\[::\])")]
    private static partial Regex EveryAddress();

    private static Uri? ReadPublicUrl(string text) => text.Length == 0 ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" }
            ? url
            : throw new SettingException(
                $"CORRELATION_PUBLIC_URL must be an http or https URL without query, such as https://alerts.example.org; it is '{text}'.");

    // Its value is not shown: it holds a password.
    private static void CheckDatabase(string database)
    {
        try
        {
            _ = new Npgsql.NpgsqlConnectionStringBuilder(database);
        }
        catch (ArgumentException wrong)
        {
            throw new SettingException(
                "CORRELATION_DATABASE must be a PostgreSQL connection string such as " +
                $"'Host=127.0.0.1;Database=correlation;Username=correlation;Password=...': {wrong.Message}");
        }
    }

    /// <summary>
    /// A checkout's own sample first, so that edits to it count; then the copy that ships beside the program.
    /// </summary>
    private static string DefaultConfig()
    {
        var checkout = Path.Combine("deploy", "config");
        return Directory.Exists(checkout) ? checkout : Path.Combine(AppContext.BaseDirectory, "config");
    }
}

public sealed class SettingException(string message) : Exception(message);
