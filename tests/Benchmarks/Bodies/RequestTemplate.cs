using System.Globalization;
using System.Text;

namespace Correlation.Benchmarks.Bodies;

/// <summary>
/// A complete request to <c>POST /api/v2/alerts</c>, made before measuring. Sending the alerts of other keys only
/// overwrites digits in place: every number has a fixed width, so lengths and <c>Content-Length</c> never change.
/// The bytes stay small enough to live in the processor's cache, whatever the number of keys.
/// </summary>
internal sealed class RequestTemplate
{
    private const int Digits = 8;

    /// <summary>A model carries one alert of each kind, as one ill model does in practice.</summary>
    private const int AlertsPerModel = 5;

    private readonly StringBuilder _text = new();
    private readonly List<(int Offset, int Alert)> _models = [];
    private readonly List<(int Offset, int Alert)> _instances = [];
    private readonly List<(int Offset, int Alert)> _values = [];
    private readonly AlertMarks[] _marks;

    public byte[] Bytes { get; }

    private RequestTemplate(Uri server, string? apiKey, string startsAt, int firstKind, int alerts)
    {
        for (var i = 0; i < alerts; i++)
        {
            _text.Append(i == 0 ? '[' : ',');
            AppendAlert(AlertKind.All[(firstKind + i) % AlertKind.All.Length], i, startsAt);
        }

        _text.Append(']');
        var authorization = apiKey is null ? "" : $"Authorization: GenieKey {apiKey}\r\n";
        var head = $"POST /api/v2/alerts HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: application/json\r\n" +
            string.Create(CultureInfo.InvariantCulture, $"{authorization}Content-Length: {_text.Length}\r\n\r\n");
        var request = Encoding.ASCII.GetBytes(head + _text);
        Bytes = GC.AllocateUninitializedArray<byte>(request.Length, pinned: true);
        request.CopyTo(Bytes, 0);
        _marks = [.. Enumerable.Range(0, alerts).Select(alert => new AlertMarks(
            Offsets(_models, alert, head.Length),
            Offsets(_instances, alert, head.Length),
            Offsets(_values, alert, head.Length)))];
        _text.Clear();
    }

    /// <summary>One template for each kind that the first alert of a request can have.</summary>
    public static RequestTemplate[] ForEachFirstKind(Uri server, string? apiKey, string startsAt, int alerts) =>
        [.. Enumerable.Range(0, AlertKind.All.Length)
            .Select(kind => new RequestTemplate(server, apiKey, startsAt, kind, alerts))];

    /// <summary>Makes the request carry the keys from <paramref name="firstKey"/> on, wrapping at
    /// <paramref name="keys"/>, and with a value other than none the annotations of a changed measurement.</summary>
    public void Stamp(long firstKey, long keys, long? value)
    {
        for (var i = 0; i < _marks.Length; i++)
        {
            var key = firstKey + i < keys ? firstKey + i : firstKey + i - keys;
            Write(_marks[i].Models, key / AlertsPerModel);
            Write(_marks[i].Instances, key);
            if (value is { } changed)
            {
                Write(_marks[i].Values, changed);
            }
        }
    }

    private void AppendAlert(AlertKind kind, int alert, string startsAt)
    {
        _text.Append("{\"labels\":{\"alertname\":\"").Append(kind.Name)
            .Append("\",\"cluster\":\"ml-prod-eu-1\",\"instance\":\"serving-");
        AppendNumber(_instances, alert, "00000000");
        _text.Append(".ml.svc:9090\",\"job\":\"").Append(kind.Job).Append("\",\"model\":\"");
        AppendModel(alert);
        _text.Append("\",\"namespace\":\"").Append(kind.Namespace).Append("\",\"severity\":\"").Append(kind.Severity)
            .Append("\",\"team\":\"").Append(kind.Team)
            .Append("\"},\"annotations\":{\"runbook_url\":\"https://runbooks.example.test/ml/").Append(kind.Name)
            .Append("\",\"summary\":\"");
        foreach (var part in kind.Summary.Split('{', '}'))
        {
            switch (part)
            {
                case "model":
                    AppendModel(alert);
                    break;
                case "value":
                    _text.Append("0.");
                    AppendNumber(_values, alert, "73106482");
                    break;
                default:
                    _text.Append(part);
                    break;
            }
        }

        _text.Append("\"},\"startsAt\":\"").Append(startsAt)
            .Append("\",\"generatorURL\":\"http://prometheus.example.test:9090/graph?g0.expr=").Append(kind.Expression)
            .Append("&g0.tab=1\"}");
    }

    private void AppendModel(int alert)
    {
        _text.Append("model_");
        AppendNumber(_models, alert, "00000000");
    }

    private void AppendNumber(List<(int Offset, int Alert)> marks, int alert, string digits)
    {
        marks.Add((_text.Length, alert));
        _text.Append(digits);
    }

    private static int[] Offsets(List<(int Offset, int Alert)> marks, int alert, int headLength) =>
        [.. marks.Where(mark => mark.Alert == alert).Select(mark => mark.Offset + headLength)];

    private void Write(int[] offsets, long number)
    {
        foreach (var offset in offsets)
        {
            var rest = (ulong)number;
            for (var i = Digits - 1; i >= 0; i--)
            {
                var next = rest / 10;
                Bytes[offset + i] = (byte)('0' + (rest - (next * 10)));
                rest = next;
            }
        }
    }

    private sealed record AlertMarks(int[] Models, int[] Instances, int[] Values);
}
