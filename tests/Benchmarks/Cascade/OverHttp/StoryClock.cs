namespace Correlation.Benchmarks.Cascade.OverHttp;

/// <summary>
/// Where the story is while the clock on the wall goes on: <paramref name="scale"/> seconds of it in one of ours.
/// </summary>
/// <param name="start">Of the story.</param>
/// <param name="began">When it was begun, by the wall.</param>
internal sealed class StoryClock(DateTimeOffset start, DateTimeOffset began, double scale)
{
    /// <summary>Times on the wall are told in milliseconds: so far off may a time of the story be.</summary>
    public TimeSpan Blur { get; } = TimeSpan.FromMilliseconds(5) * scale;

    public DateTimeOffset Now => StoryOf(TimeProvider.System.GetUtcNow());

    public DateTimeOffset WallOf(DateTimeOffset story) => began + ((story - start) / scale);

    public DateTimeOffset StoryOf(DateTimeOffset wall) => start + ((wall - began) * scale);

    public async Task UntilAsync(DateTimeOffset story, CancellationToken token)
    {
        var left = WallOf(story) - TimeProvider.System.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, token);
        }
    }
}
