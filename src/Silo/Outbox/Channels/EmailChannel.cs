using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Correlation.Gateway.Answers;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Sends the page as an e-mail through the mail server of <see cref="EmailSettings"/>, a connection for each.
/// </summary>
public sealed class EmailChannel(TimeProvider clock, AnswerLinks links) : IChannel
{
    public string Type => "email";

    public bool Gathers => true;

    public IEnumerable<SettingFault> Check(Labels settings) => EmailSettings.Read(settings).Faults;

    public async Task<AttemptResult> SendAsync(
        Channel channel, DeliveryTarget target, Delivery delivery, CancellationToken cancellationToken)
    {
        if (EmailSettings.Read(channel.Settings) is not { Settings: { } settings })
        {
            return Rejected($"Channel '{channel.Name}' has wrong settings.");
        }

        var address = target.Address.Length > 0 ? target.Address : settings.To;
        if (EmailSettings.ReadAddress(address) is not { } to)
        {
            return Rejected(
                $"Channel '{channel.Name}' has no usable e-mail address for {delivery.Who}: set 'to', or the " +
                "contact's address.");
        }

        var server = settings.Server;
        using var smtp = new SmtpClient();
        try
        {
            await smtp.ConnectAsync(server, cancellationToken);
            var message = EmailMessage.Compose(settings.From, to, delivery, links, clock.GetUtcNow());
            await smtp.SendAsync(settings.From.Address, to.Address, message, cancellationToken);
            await smtp.QuitAsync();
            return new AttemptResult(AttemptOutcome.Delivered, $"{server.Host} took the e-mail to {to.Address}.");
        }
        catch (SmtpRefusedException refused)
        {
            var outcome = refused.Temporary ? AttemptOutcome.Failed : AttemptOutcome.Rejected;
            return new AttemptResult(outcome, $"{server.Host} {Short(refused.Message)}.") { OfAddress = refused.OfAddress };
        }
        catch (CryptographicException unreadable)
        {
            return Rejected($"Channel '{channel.Name}': 'ca_file' cannot be read as PEM: {unreadable.Message}");
        }
        catch (AuthenticationException distrusted)
        {
            return Broken(smtp, server, $"is not trusted: {distrusted.Message} If it should be, set 'ca_file'.");
        }
        catch (OperationCanceledException)
        {
            return Broken(smtp, server, "did not answer in time");
        }
        catch (Exception broken) when (broken is IOException or SocketException)
        {
            return Broken(smtp, server, $"broke off: {broken.Message}");
        }
    }

    private static AttemptResult Rejected(string detail) => new(AttemptOutcome.Rejected, detail);

    private static AttemptResult Broken(SmtpClient smtp, SmtpServer server, string how) => smtp.MayHaveArrived
        ? new AttemptResult(AttemptOutcome.Unknown, $"{server.Host} got the whole e-mail and {how}")
        : new AttemptResult(AttemptOutcome.Failed, $"{server.Host}:{server.Port} {how}");

    private static string Short(string text) => text.Length <= 200 ? text : $"{text[..200]}...";
}
