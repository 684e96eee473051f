using System.Text.Json;
using Correlation.Grains.Wire;

namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>
/// The reader's current name or text as a string, most often one that is there already. The reader reads bytes in one
/// piece, so that a value is always a span.
/// </summary>
internal static class JsonText
{
    private const int OnStack = 1024;

    /// <summary>Null when it is not UTF-8, or an escape names half of a surrogate pair.</summary>
    public static string? Read(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return SharedTexts.Of(reader.ValueSpan);
        }

        try
        {
            if (reader.ValueSpan.Length > OnStack)
            {
                return WithoutNul(reader.GetString());
            }

            Span<byte> text = stackalloc byte[OnStack];
            text = text[..reader.CopyString(text)];
            return text.Contains((byte)0) ? WithoutNul(reader.GetString()) : SharedTexts.Of(text);
        }
        catch (InvalidOperationException)
        {
            // How the reader says so; there is no way to ask it beforehand.
            return null;
        }
    }

    /// <summary>PostgreSQL cannot hold one. In JSON a NUL is always escaped, so no other text has any.</summary>
    private static string? WithoutNul(string? text) => text?.Replace('\0', '\uFFFD');
}
