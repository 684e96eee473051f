namespace Correlation.TestKit.Processes;

/// <summary>
/// What a sink is to answer at each place: in order, the last one for good; elsewhere the usual answer.
/// </summary>
public sealed class Answers<TPlace, TAnswer>(TAnswer usual)
    where TPlace : notnull
{
    private readonly Dictionary<TPlace, Queue<TAnswer>> _planned = [];

    public void Plan(TPlace place, params TAnswer[] answers)
    {
        if (answers.Length == 0)
        {
            throw new ArgumentException("Plan at least one answer.", nameof(answers));
        }

        lock (_planned)
        {
            _planned[place] = new Queue<TAnswer>(answers);
        }
    }

    internal TAnswer Next(TPlace place)
    {
        lock (_planned)
        {
            if (!_planned.TryGetValue(place, out var left))
            {
                return usual;
            }

            return left.Count > 1 ? left.Dequeue() : left.Peek();
        }
    }
}
