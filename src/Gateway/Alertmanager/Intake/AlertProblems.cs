using System.Globalization;

namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>What is wrong with alerts of a request, by field, in Alertmanager's kinds: what it could not have read is a
/// violation of the schema, what it reads and refuses is invalid.</summary>
internal sealed class AlertProblems
{
    /// <summary>A sender with one mistake makes it in all alerts; the first ones tell.</summary>
    private const int Shown = 20;

    private List<string>? _texts;

    public int Count { get; private set; }

    /// <summary>0 while everything could be read; else the code of the first that could not.</summary>
    public int SchemaCode { get; private set; }

    public string Text => Count > Shown
        ? string.Create(CultureInfo.InvariantCulture, $"{Joined}; and {Count - Shown} more")
        : Joined;

    private string Joined => string.Join("; ", _texts ?? []);

    public void Missing(string field) => Schema(602, $"{field} is required");

    public void WrongType(string field, string wanted) => Schema(601, $"{field} must be {wanted}");

    public void Invalid(string text)
    {
        Count++;
        if (Count <= Shown)
        {
            (_texts ??= []).Add(text);
        }
    }

    private void Schema(int code, string text)
    {
        SchemaCode = SchemaCode == 0 ? code : SchemaCode;
        Invalid(text);
    }
}
