namespace Correlation.Benchmarks.Cascade.Faults;

/// <summary>
/// Log-normal: half of the effects come before the median, a few much later. The spreads are wide on purpose, so that
/// some lags are outside of what any catalogue would say.
/// </summary>
/// <param name="Spread">Of the logarithm: with 0.5 one in twenty takes more than 2.3 times the median.</param>
internal readonly record struct Lag(TimeSpan Median, double Spread)
{
    public static Lag Seconds(double median, double spread = 0.6) => new(TimeSpan.FromSeconds(median), spread);

    public static Lag Minutes(double median, double spread = 0.8) => new(TimeSpan.FromMinutes(median), spread);

    public static Lag Hours(double median, double spread = 0.7) => new(TimeSpan.FromHours(median), spread);

    public static Lag Days(double median, double spread = 0.5) => new(TimeSpan.FromDays(median), spread);

    public TimeSpan Draw(Dice dice) => Median * Math.Exp(Spread * dice.Normal());
}
