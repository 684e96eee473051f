using System.Text.Json.Serialization;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Contacts;

/// <summary>A contact made through an API; those of the files have no grain.</summary>
public sealed record ContactState : GrainState
{
    public required MadeContact Contact { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public bool Deleted { get; init; }

    /// <summary>
    /// Of the code that was sent last and not entered yet, as lower-case hex; null when there is none.
    /// </summary>
    public string? CodeSha256 { get; init; }

    public DateTimeOffset? CodeUntil { get; init; }

    /// <summary>Tries left at that code.</summary>
    public int CodeTries { get; init; }

    [JsonIgnore]
    public override GrainId Grain => new(GrainKind.Contact, Contact.Id);

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers => [];
}

public abstract record ContactCommand : Command
{
    private ContactCommand()
    {
    }

    /// <summary>Makes it, or gives it another address: it is not verified then.</summary>
    public sealed record Set(MadeContact Contact) : ContactCommand;

    /// <summary>One that is switched off is not paged.</summary>
    public sealed record Enable(bool Enabled) : ContactCommand;

    /// <summary>A code is on its way to the contact.</summary>
    public sealed record Sent(string CodeSha256) : ContactCommand;

    public sealed record Verify(string CodeSha256) : ContactCommand;

    public sealed record Delete : ContactCommand;
}
