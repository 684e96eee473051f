using System.Globalization;
using System.Text;

namespace Correlation.Gateway.Admin;

public enum FamilyType : byte
{
    Counter = 1,
    Gauge = 2,
    Histogram = 3,
}

/// <summary>
/// Writes the Prometheus text format 0.0.4. Stands in for prometheus-net, which cannot be restored. A family's samples
/// follow its header at once, and no family comes twice: Prometheus would refuse the whole page.
/// </summary>
internal sealed class Exposition
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new(16 * 1024);
    private readonly HashSet<string> _families = new(StringComparer.Ordinal);

    /// <summary>False, and nothing is written, when the family is on the page already.</summary>
    public bool Begin(string family, FamilyType type, string help)
    {
        if (!_families.Add(family))
        {
            return false;
        }

        _text.Append("# HELP ").Append(family).Append(' ').Append(Escape(help, quotes: false)).Append('\n');
        _text.Append("# TYPE ").Append(family).Append(' ').Append(Word(type)).Append('\n');
        return true;
    }

    /// <param name="labels">As <see cref="Label"/> writes them, joined by commas; empty for none.</param>
    public void Sample(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
        {
            _text.Append('{').Append(labels).Append('}');
        }

        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    /// <param name="counts">Observations per bucket; one more than there are bounds.</param>
    public void Histogram(
        string family, string labels, IReadOnlyList<double> bounds, IReadOnlyList<long> counts, double sum)
    {
        var comma = labels.Length > 0 ? "," : "";
        var total = 0L;
        for (var i = 0; i < counts.Count; i++)
        {
            total += counts[i];
            var bound = i < bounds.Count ? Number(bounds[i]) : "+Inf";
            Sample(family + "_bucket", $"{labels}{comma}{Label("le", bound)}", total);
        }

        Sample(family + "_sum", labels, sum);
        Sample(family + "_count", labels, total);
    }

    public void Single(string family, FamilyType type, string help, double value)
    {
        if (Begin(family, type, help))
        {
            Sample(family, "", value);
        }
    }

    public static string Label(string name, string value) => $"{Name(name)}=\"{Escape(value, quotes: true)}\"";

    /// <summary>
    /// A name Prometheus accepts: anything else than letters, digits and underscores becomes an underscore.
    /// </summary>
    public static string Name(string name) => string.Create(name.Length, name, static (target, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            var c = source[i];
            target[i] = char.IsAsciiLetter(c) || c == '_' || (char.IsAsciiDigit(c) && i > 0) ? c : '_';
        }
    });

    public override string ToString() => _text.ToString();

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static string Word(FamilyType type) => type switch
    {
        FamilyType.Counter => "counter",
        FamilyType.Gauge => "gauge",
        FamilyType.Histogram => "histogram",
        _ => throw new System.Diagnostics.UnreachableException($"No word for {type}."),
    };
}
