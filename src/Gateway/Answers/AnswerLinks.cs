namespace Correlation.Gateway.Answers;

/// <summary>The ways to answer that a page carries.</summary>
/// <param name="publicUrl">Under which people reach this service; null when nobody said, and then there are no
/// links.</param>
public sealed class AnswerLinks(AnswerKey key, Uri? publicUrl)
{
    /// <summary>Where links lead, below the public URL.</summary>
    public const string Root = "/answers";

    /// <summary>Counted from the page's decision, so that each attempt carries the same link.</summary>
    public static readonly TimeSpan ValidFor = TimeSpan.FromHours(24);

    public Uri? PublicUrl => publicUrl;

    public string Token(AnswerAction action, string incidentId, string who, DateTimeOffset decidedAt) =>
        new AnswerToken(action, incidentId, who, decidedAt + ValidFor).Write(key);

    public Uri? Find(AnswerAction action, string incidentId, string who, DateTimeOffset decidedAt) =>
        Below($"{Root}/{Token(action, incidentId, who, decidedAt)}");

    /// <summary>The whole address of a path of ours, as others see it.</summary>
    public Uri? Below(string path) =>
        publicUrl is null ? null : new Uri(publicUrl.AbsoluteUri.TrimEnd('/') + path);
}
