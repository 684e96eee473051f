namespace Correlation.Benchmarks.Cascade.Measures;

/// <param name="Low">Of the middle 95 % of the resamples.</param>
internal readonly record struct Interval(double Value, double Low, double High);

/// <summary>
/// How far a figure would swing with other seeds: it is computed anew of cases drawn with replacement.
/// </summary>
internal static class Bootstrap
{
    private const int Resamples = 1_000;

    public static Interval Of<T>(IReadOnlyList<T> cases, Func<IReadOnlyList<T>, double> figure)
    {
        if (cases.Count == 0)
        {
            return new Interval(double.NaN, double.NaN, double.NaN);
        }

        var dice = new Dice(cases.Count, "bootstrap");
        var figures = new List<double>();
        var drawn = new T[cases.Count];
        for (var i = 0; i < Resamples; i++)
        {
            for (var j = 0; j < drawn.Length; j++)
            {
                drawn[j] = dice.Pick(cases);
            }

            var value = figure(drawn);
            if (!double.IsNaN(value))
            {
                figures.Add(value);
            }
        }

        figures.Sort();
        return figures.Count == 0
            ? new Interval(figure(cases), double.NaN, double.NaN)
            : new Interval(
                figure(cases), figures[(int)(0.025 * figures.Count)], figures[(int)(0.975 * (figures.Count - 1))]);
    }
}
