using Correlation.Grains.Model;

namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>
/// Labels while they are read: in order of name, without repeats, in an array that is used again for the next alert.
/// Senders sort them, so putting one in its place is appending it.
/// </summary>
internal sealed class SortedPairs
{
    private string[] _pairs = new string[32];
    private int _used;

    public int Count => _used / 2;

    public int Characters
    {
        get
        {
            var sum = 0;
            foreach (var text in _pairs.AsSpan(0, _used))
            {
                sum += text.Length;
            }

            return sum;
        }
    }

    public void Clear()
    {
        Array.Clear(_pairs, 0, _used);
        _used = 0;
    }

    /// <summary>The last value of a repeated name wins, as it does for Alertmanager.</summary>
    public void Set(string name, string value)
    {
        var at = _used;
        for (; at > 0; at -= 2)
        {
            var order = string.CompareOrdinal(_pairs[at - 2], name);
            if (order == 0)
            {
                _pairs[at - 1] = value;
                return;
            }

            if (order < 0)
            {
                break;
            }
        }

        if (_used == _pairs.Length)
        {
            Array.Resize(ref _pairs, _used * 2);
        }

        Array.Copy(_pairs, at, _pairs, at + 2, _used - at);
        (_pairs[at], _pairs[at + 1]) = (name, value);
        _used += 2;
    }

    public Labels ToLabels() => Labels.FromSortedPairs(_pairs[.._used]);

    /// <summary>A label with an empty value is as good as none.</summary>
    public Labels ToLabelsWithoutEmpty()
    {
        var filled = 0;
        for (var i = 0; i < _used; i += 2)
        {
            if (_pairs[i + 1].Length > 0)
            {
                (_pairs[filled], _pairs[filled + 1]) = (_pairs[i], _pairs[i + 1]);
                filled += 2;
            }
        }

        return Labels.FromSortedPairs(_pairs[..filled]);
    }
}
