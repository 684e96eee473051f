using System.Globalization;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Silo.Tests.Outbox.Channels;

public sealed class EmailContractTests : ChannelContract, IAsyncLifetime
{
    private const string Password = "hunter2-hunter2";

    private readonly SmtpSink _sink = SmtpSink.StartNew(
        new SmtpSettings { StartTls = true, User = "correlation", Password = Password });

    private readonly TempFolder _folder = new("email-contract");

    private protected override Channel Configured => At(_sink.Port);

    private protected override IChannel Tested => new EmailChannel(Clock, Given.Links);

    private protected override IReadOnlyList<string> Secrets => [Password];

    private protected override int Taken => _sink.Mails.Count;

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _sink.DisposeAsync();
        _folder.Dispose();
    }

    private protected override Task<Channel> MakeAsync(Trouble trouble)
    {
        var (step, reply) = trouble switch
        {
            Trouble.Busy => (SmtpStep.Mail, new SmtpReply(451, "too many mails, come again")),
            Trouble.Broken => (SmtpStep.Data, new SmtpReply(554, "out of order")),
            Trouble.TakesItAndHangs => (SmtpStep.Message, SmtpReply.Hang),
            Trouble.TakesItAndHangsUp => (SmtpStep.Message, SmtpReply.Drop),
            Trouble.BreaksOffItsAnswer => (SmtpStep.Recipient, SmtpReply.Drop),
            _ => (SmtpStep.Greeting, SmtpReply.Usual),
        };
        _sink.Reply(step, reply);
        return Task.FromResult(At(trouble == Trouble.NobodyListens ? FreePort.Next() : _sink.Port));
    }

    private protected override Task SeenAsync(int attempts) => Poll.UntilAsync(
        () => _sink.Mails.Count >= attempts, Given.Deadline, () => $"{attempts} mails at the server that hangs");

    private Channel At(int port) => Given.Channel(
        "tested",
        "email",
        ("host", "127.0.0.1"),
        ("port", port.ToString(CultureInfo.InvariantCulture)),
        ("from", "alerts@example.org"),
        ("to", "ann@example.org"),
        ("username", "correlation"),
        ("password", Password),
        ("ca_file", _folder.Write("ca.pem", _sink.Certificate.ExportCertificatePem())));
}
