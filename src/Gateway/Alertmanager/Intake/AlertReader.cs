using System.Globalization;
using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;

namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>
/// Reads one alert of either body in one pass, without a document and without dictionaries. This is the product's hot
/// path: what it allocates is what the grains keep. Used again for the next alert, by one thread.
/// </summary>
internal sealed class AlertReader
{
    private const string GeneratorUrl = "generatorURL";

    private readonly SortedPairs _labels = new();
    private readonly SortedPairs _annotations = new();
    private AlertProblems _problems = new();
    private int _index;
    private LabelSet? _known;
    private Range _labelsAt;
    private bool _hasLabels;
    private bool _resolved;
    private string _generatorUrl = "";
    private DateTimeOffset? _startsAt;
    private DateTimeOffset? _endsAt;

    /// <summary>The reader stands on the alert's first token and ends on its last one.</summary>
    /// <param name="body">What the reader reads.</param>
    /// <param name="index">Its place in the request, to name it by.</param>
    /// <returns>Null when there is a problem, which is noted.</returns>
    public Signal? Read(
        ref Utf8JsonReader reader,
        ReadOnlySpan<byte> body,
        int index,
        AlertForm form,
        Sender sender,
        AlertProblems problems)
    {
        (_index, _problems) = (index, problems);
        var before = problems.Count;
        _labels.Clear();
        _annotations.Clear();
        (_known, _hasLabels, _resolved, _generatorUrl, _startsAt, _endsAt) = (null, false, false, "", null, null);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            problems.WrongType(Path(), "an object");
            reader.Skip();
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadField(ref reader, body, sender);
        }

        if (problems.Count == before)
        {
            Check();
        }

        return problems.Count == before && Identify(body, sender) is { } identity
            ? Build(identity, form, sender)
            : null;
    }

    private void ReadField(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, Sender sender)
    {
        if (reader.ValueTextEquals("labels"u8))
        {
            reader.Read();
            ReadLabels(ref reader, body, sender);
        }
        else if (reader.ValueTextEquals("annotations"u8))
        {
            _annotations.Clear();
            reader.Read();
            ReadPairs(
                ref reader, _annotations, "annotations", AlertLimits.Annotations, AlertLimits.AnnotationCharacters);
        }
        else if (reader.ValueTextEquals("startsAt"u8))
        {
            _startsAt = ReadTime(ref reader, "startsAt");
        }
        else if (reader.ValueTextEquals("endsAt"u8))
        {
            _endsAt = ReadTime(ref reader, "endsAt");
        }
        else if (reader.ValueTextEquals("generatorURL"u8))
        {
            reader.Read();
            _generatorUrl = ReadText(ref reader, GeneratorUrl);
        }
        else if (reader.ValueTextEquals("status"u8))
        {
            reader.Read();
            _resolved = reader.TokenType == JsonTokenType.String &&
                (reader.ValueTextEquals("resolved"u8) || string.Equals(JsonText.Read(ref reader), "resolved", StringComparison.OrdinalIgnoreCase));
            reader.Skip();
        }
        else
        {
            reader.Skip();
        }
    }

    private void ReadLabels(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, Sender sender)
    {
        var start = (int)reader.TokenStartIndex;
        _known = LabelSets.Find(body[start..], sender);
        if (_known is not null)
        {
            reader.Skip();
            _hasLabels = true;
            return;
        }

        _labels.Clear();
        _hasLabels = ReadPairs(ref reader, _labels, "labels", AlertLimits.Labels, int.MaxValue);
        _labelsAt = start..(int)reader.BytesConsumed;
    }

    /// <summary>False when there is no such object. What is beyond the limits is left out.</summary>
    private bool ReadPairs(ref Utf8JsonReader reader, SortedPairs pairs, string field, int most, int characters)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            if (reader.TokenType != JsonTokenType.Null)
            {
                _problems.WrongType(Path(field), "an object of strings");
                reader.Skip();
            }

            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.Read(ref reader) is not { Length: > 0 } name)
            {
                _problems.Invalid($"{Path(field)} has a name that is empty or no UTF-8");
                reader.Skip();
                continue;
            }

            reader.Read();
            var value = Cut(ReadText(ref reader, field, name), characters);
            characters -= value.Length;
            if (pairs.Count <= most)
            {
                pairs.Set(name, value);
            }
        }

        return true;
    }

    /// <summary>A null is as good as an empty text.</summary>
    private string ReadText(ref Utf8JsonReader reader, string field, string? name = null)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            if (JsonText.Read(ref reader) is { } text)
            {
                return text;
            }

            _problems.Invalid($"{Path(field, name)} is no UTF-8");
        }
        else if (reader.TokenType != JsonTokenType.Null)
        {
            _problems.WrongType(Path(field, name), "a string");
            reader.Skip();
        }

        return "";
    }

    private DateTimeOffset? ReadTime(ref Utf8JsonReader reader, string field)
    {
        reader.Read();
        if (!AlertTime.TryRead(ref reader, out var time))
        {
            _problems.WrongType(Path(field), "a time as in RFC 3339");
            reader.Skip();
        }

        return time;
    }

    private void Check()
    {
        if (!_hasLabels)
        {
            _problems.Missing(Path("labels"));
        }
        else if (_labels.Count > AlertLimits.Labels || _labels.Characters > AlertLimits.LabelCharacters)
        {
            _problems.Invalid(string.Create(CultureInfo.InvariantCulture,
                $"{Path("labels")} may have at most {AlertLimits.Labels} labels of {AlertLimits.LabelCharacters} characters together"));
        }

        if (_endsAt < _startsAt)
        {
            _problems.Invalid($"{Path("endsAt")} is before startsAt: {_endsAt:O} is before {_startsAt:O}");
        }
    }

    private (Labels Labels, string Alias)? Identify(ReadOnlySpan<byte> body, Sender sender)
    {
        if (_known is not null)
        {
            return (_known.Labels, _known.Alias);
        }

        var labels = _labels.ToLabelsWithoutEmpty();
        if (labels.Count == 0)
        {
            _problems.Invalid($"{Path("labels")} must hold at least one label with a value");
            return null;
        }

        var alias = sender.AliasOf(LabelFingerprint.Of(labels));
        LabelSets.Offer(body[_labelsAt], sender, labels, alias);
        return (labels, alias);
    }

    private Signal Build((Labels Labels, string Alias) identity, AlertForm form, Sender sender)
    {
        if (_generatorUrl.Length > 0)
        {
            _annotations.Set(GeneratorUrl, _generatorUrl);
        }

        var texts = _annotations.ToLabels();
        var explicitly = form == AlertForm.Notified;
        return new Signal
        {
            Alias = identity.Alias,
            Message = MessageOf(identity.Labels, texts),
            Description = texts.Find("description") ?? "",
            Labels = identity.Labels,
            Texts = texts,
            Source = SourceName.Of(_generatorUrl),
            Integration = sender.Integration,
            KeyTeam = sender.Team,
            StartsAt = _startsAt,
            EndsAt = explicitly && !_resolved ? null : _endsAt,
            Resolved = explicitly && _resolved,
            ResendsWhileFiring = !explicitly,
            ResendsSeldom = explicitly,
        };
    }

    private static string MessageOf(Labels labels, Labels texts) => Cut(
        texts.Find("summary") is { Length: > 0 } summary ? summary : labels.Find("alertname") ?? labels.ToString(),
        AlertLimits.Message);

    /// <summary>Never through the middle of a surrogate pair.</summary>
    private static string Cut(string text, int length) =>
        text.Length <= length
            ? text
            : text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private string Path() => string.Create(CultureInfo.InvariantCulture, $"[{_index}]");

    private string Path(string field, string? name = null) =>
        name is null ? $"{Path()}.{field}" : $"{Path()}.{field}.{name}";
}
