using System.Text.Json;
using Correlation.Grains.Model;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// Reads a map of details into labels: sorted as it goes, every value a text, within the limit in total.
/// </summary>
internal static class DetailsReader
{
    public static Labels Read(ref Utf8JsonReader reader, FieldErrors errors, Limits limits)
    {
        reader.Read();
        if (!JsonTexts.StartsObject(ref reader, "details", errors))
        {
            return Labels.Empty;
        }

        var pairs = new List<string>(16);
        var (room, dropped) = (Limits.Details, 0);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Texts.Clean(reader.GetString()!);
            if (JsonTexts.ReadAnyAsText(ref reader) is not { } value || name.Length == 0)
            {
                continue;
            }

            // One entry that does not fit leaves room for smaller ones after it.
            if (name.Length + value.Length > room)
            {
                dropped++;
                continue;
            }

            room -= name.Length + value.Length;
            Insert(pairs, name, value);
        }

        if (dropped > 0)
        {
            limits.Say($"details ({dropped} entries past {Limits.Details} characters in total)");
        }

        return Labels.FromSortedPairs([.. pairs]);
    }

    /// <summary>The last value of a repeated name wins.</summary>
    private static void Insert(List<string> pairs, string name, string value)
    {
        int low = 0, high = pairs.Count / 2;
        while (low < high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(pairs[middle * 2], name);
            if (order == 0)
            {
                pairs[(middle * 2) + 1] = value;
                return;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
        }

        pairs.InsertRange(low * 2, [name, value]);
    }
}
