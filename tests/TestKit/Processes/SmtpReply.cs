namespace Correlation.TestKit.Processes;

/// <summary>
/// Where in the conversation a reply stands; Message is the one to the whole message, after its last dot.
/// </summary>
public enum SmtpStep
{
    Greeting,
    Hello,
    StartTls,
    Auth,
    Mail,
    Recipient,
    Data,
    Message,
}

/// <summary>What the SMTP sink says at a step instead of what the protocol asks for.</summary>
public sealed record SmtpReply(int Code, string Text)
{
    /// <summary>What the protocol asks for.</summary>
    public static readonly SmtpReply Usual = new(0, "usual");

    /// <summary>The connection is cut: after a whole message the sender cannot know whether it was taken.</summary>
    public static readonly SmtpReply Drop = new(0, "drop");

    /// <summary>No reply comes until the sender gives up or the sink is disposed.</summary>
    public static readonly SmtpReply Hang = new(0, "hang");
}
