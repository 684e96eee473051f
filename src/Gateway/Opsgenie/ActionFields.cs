namespace Correlation.Gateway.Opsgenie;

/// <summary>Fields of a body of an alert action. What an action does not use is skipped whatever its type.</summary>
[Flags]
internal enum ActionFields
{
    None = 0,
    User = 1,
    Source = 2,
    Note = 4,
    EndTime = 8,
    Escalation = 16,
    Owner = 32,
    Responder = 64,
    Team = 128,
    Tags = 256,
    Details = 512,
    Message = 1024,
    Description = 2048,
    Priority = 4096,

    /// <summary>Who does it, from where, and what they add.</summary>
    Common = User | Source | Note,
}
