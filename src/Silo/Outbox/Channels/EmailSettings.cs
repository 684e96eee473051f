using System.Globalization;
using System.Net.Mail;
using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Settings of an e-mail channel:
/// <c>host</c> and <c>port</c> (587) of the mail server; <c>tls</c> whether STARTTLS is required (default), optional or
/// never; <c>ca_file</c> a PEM file with the authority of a server whose certificate the machine does not trust;
/// <c>username</c> and <c>password</c> if it wants them; <c>from</c> the sender; <c>to</c> the recipient where a
/// contact names none.
/// </summary>
public sealed record EmailSettings(SmtpServer Server, MailAddress From, string To)
{
    private static readonly string[] Known = ["host", "port", "tls", "ca_file", "username", "password", "from", "to"];

    /// <summary>The settings when there are no faults, else the first of them is why not.</summary>
    public static (EmailSettings? Settings, IReadOnlyList<SettingFault> Faults) Read(Labels settings)
    {
        var faults = SettingFault.Unknown(settings, Known).ToList();
        var port = 587;
        if (settings.Find("port") is { } portText &&
            (!int.TryParse(portText, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
        {
            faults.Add(new SettingFault("port", $"must be a number from 1 to 65535, and is '{portText}'."));
        }

        var tls = StartTls.Required;
        if (settings.Find("tls") is { } tlsText && !TryReadTls(tlsText, out tls))
        {
            faults.Add(new SettingFault("tls", $"must be required, optional or never, and is '{tlsText}'."));
        }

        if (settings.Find("host") is not { Length: > 0 } host)
        {
            faults.Add(new SettingFault("host", "is missing: name the mail server."));
            host = "";
        }

        if (ReadAddress(settings.Find("from") ?? "") is not { } from)
        {
            faults.Add(new SettingFault(
                "from", "must be an e-mail address, such as Correlation <alerts@example.org>."));
            from = null;
        }

        if (settings.Find("to") is { } to && ReadAddress(to) is null)
        {
            faults.Add(new SettingFault("to", $"must be an e-mail address, and is '{to}'."));
        }

        if (settings.ContainsKey("username") != settings.ContainsKey("password"))
        {
            faults.Add(new SettingFault("password", "and 'username' must both be set, or neither."));
        }

        if (settings.Find("ca_file") is { } caFile && !File.Exists(caFile))
        {
            faults.Add(new SettingFault("ca_file", $"must be a PEM file, and there is none at '{caFile}'."));
        }

        return faults.Count > 0 || from is null
            ? (null, faults)
            : (new EmailSettings(
                new SmtpServer(
                    host, port, tls, settings.Find("username"), settings.Find("password"), settings.Find("ca_file")),
                from,
                settings.Find("to") ?? ""), faults);
    }

    /// <summary>Null unless it is one address that can stand in SMTP's commands as it is.</summary>
    public static MailAddress? ReadAddress(string text) =>
        MailAddress.TryCreate(text, out var address) &&
        address.Address.All(c => c is > ' ' and <= '~' and not ('<' or '>'))
            ? address
            : null;

    private static bool TryReadTls(string text, out StartTls tls)
    {
        tls = text switch
        {
            "required" => StartTls.Required,
            "optional" => StartTls.Optional,
            "never" => StartTls.Never,
            _ => default,
        };
        return tls != default;
    }
}
