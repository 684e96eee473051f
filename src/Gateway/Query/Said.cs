namespace Correlation.Gateway.Query;

/// <summary>Who acts, what they say with it, and when it arrived.</summary>
internal readonly record struct Said(string User, string Note, DateTimeOffset At);
