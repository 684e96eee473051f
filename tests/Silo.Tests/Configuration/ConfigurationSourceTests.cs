using Correlation.Silo.Configuration;
using Correlation.TestKit.Processes;
using Correlation.TestKit.Time;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Correlation.Silo.Tests.Configuration;

public sealed class ConfigurationSourceTests : IDisposable
{
    private const string MoreUsers = "users: [{ name: bob, contacts: [{ channel: log }] }]\n";

    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = MinimalFolder.Create();
    private readonly TempFolder _data = new("data");
    private readonly ManualClock _clock = new(Start);
    private readonly Lines _lines = new();
    private readonly List<LoadedConfiguration> _changes = [];

    private string Kept => _data.PathOf(LastGoodConfiguration.FileName);

    public void Dispose()
    {
        _folder.Dispose();
        _data.Dispose();
    }

    [Fact]
    public void A_start_with_errors_is_refused_with_all_of_them()
    {
        _folder.Write("more.yaml", "users: [{ name: bob, time_zone: CEST }, { nam: eve }]\n");
        var refused = Assert.Throws<ConfigurationException>(Open);
        Assert.Equal(3, refused.Problems.Count(p => p.Severity == Severity.Error));
        Assert.All(refused.Problems, p => Assert.Contains(p.ToString(), refused.Message, StringComparison.Ordinal));
        Assert.Contains("CORRELATION_CONFIG", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_with_a_broken_folder_goes_on_with_what_was_good_last()
    {
        _folder.Write("more.yaml", MoreUsers);
        var good = Open().InForce;
        _folder.Write("more.yaml", "users: [{ name: bob, time_zone: CEST }, { nam: eve }]\n");

        var source = Open();

        Assert.Equal(good.Hash, source.InForce.Hash);
        Assert.Equal(3, source.LastError!.Split('\n').Length);
        var said = Assert.Single(_lines.Logged);
        Assert.Contains(source.LastError, said, StringComparison.Ordinal);
        Assert.Contains(Kept, said, StringComparison.Ordinal);
        source.Look();
        source.Look();
        Assert.Single(_lines.Logged);
        Assert.Empty(_changes);
    }

    [Fact]
    public void Correcting_the_folder_after_such_a_start_takes_it()
    {
        Open();
        var file = _folder.Write("more.yaml", "users: [");
        var source = Open();
        File.WriteAllText(file, MoreUsers);
        source.Look();
        source.Look();

        Assert.Null(source.LastError);
        Assert.Equal(["ann", "bob"], Assert.Single(_changes).Policy.Users.Select(u => u.Name));
    }

    [Fact]
    public void What_is_kept_is_what_was_in_force_last_and_only_its_owner_reads_it()
    {
        var source = Open();
        _folder.Write("more.yaml", MoreUsers);
        source.Reload();
        _folder.Write("more.yaml", "users: [");
        source.Reload();

        Assert.Equal(["ann", "bob"], Open().InForce.Policy.Users.Select(u => u.Name));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Kept));
        }
    }

    [Theory]
    [InlineData("no archive")]
    [InlineData("")]
    public void A_kept_file_that_cannot_be_read_is_as_none(string content)
    {
        File.WriteAllText(Kept, content);
        _folder.Write("more.yaml", "users: [");

        Assert.Throws<ConfigurationException>(Open);
    }

    [Fact]
    public void A_configuration_that_cannot_be_kept_is_in_force_all_the_same()
    {
        Directory.CreateDirectory(Kept);

        Assert.Equal(["ann"], Open().InForce.Policy.Users.Select(u => u.Name));
        Assert.Contains(Kept, Assert.Single(_lines.Logged), StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_are_logged_and_do_not_hinder_a_start()
    {
        _folder.Write("more.yaml", "users: [{ name: bob }]\n");
        var source = Open();
        Assert.Contains("users[bob].contacts: warning: is", Assert.Single(_lines.Logged), StringComparison.Ordinal);
        Assert.Single(source.InForce.Warnings);
    }

    [Fact]
    public void A_change_is_taken_when_two_looks_found_the_same()
    {
        var source = Open();
        var before = source.InForce;
        source.Look();
        Assert.Empty(_changes);

        _clock.Advance(TimeSpan.FromMinutes(1));
        _folder.Write("more.yaml", MoreUsers[..10]);
        source.Look();
        _folder.Write("more.yaml", MoreUsers);
        source.Look();
        Assert.Same(before, source.InForce);

        source.Look();
        source.Look();
        Assert.Same(source.InForce, Assert.Single(_changes));
        Assert.Equal(["ann", "bob"], source.InForce.Policy.Users.Select(u => u.Name));
        Assert.NotEqual(before.Hash, source.InForce.Hash);
        Assert.Equal(Start.AddMinutes(1), source.LoadedAt);
        Assert.Null(source.LastError);
    }

    [Fact]
    public void A_bad_reload_keeps_the_last_good_version_and_says_so_once()
    {
        var source = Open();
        var good = source.InForce;
        _folder.Write("more.yaml", "users: [{ name: bob, contacts: [{ channel: sms }] }]\n");
        for (var look = 0; look < 5; look++)
        {
            source.Look();
        }

        Assert.Same(good, source.InForce);
        Assert.Empty(_changes);
        Assert.Contains(":1: users[bob].contacts[0].channel: names 'sms'", source.LastError, StringComparison.Ordinal);
        Assert.Contains(source.LastError!, Assert.Single(_lines.Logged), StringComparison.Ordinal);
    }

    [Fact]
    public void Undoing_a_mistake_clears_the_error_and_is_no_new_version()
    {
        var source = Open();
        var good = source.InForce;
        var file = _folder.Write("more.yaml", "users: [");
        source.Reload();
        Assert.NotNull(source.LastError);

        File.Delete(file);
        source.Look();
        source.Look();
        Assert.Null(source.LastError);
        Assert.Same(good, source.InForce);
        Assert.Empty(_changes);
    }

    [Fact]
    public void A_comment_is_no_new_version()
    {
        var source = Open();
        var hash = source.InForce.Hash;
        _folder.Write("minimal.yaml", "# Ours.\n" + MinimalFolder.Yaml);
        source.Reload();
        Assert.Empty(_changes);
        Assert.Equal(hash, source.InForce.Hash);
    }

    [Fact]
    public void A_reload_that_a_person_asked_for_takes_what_is_there_at_once()
    {
        var source = Open();
        _folder.Write("more.yaml", MoreUsers);
        source.Reload();
        Assert.Single(_changes);
    }

    [Fact]
    public void A_folder_that_vanishes_changes_nothing_and_is_an_error()
    {
        var source = Open();
        _folder.Dispose();
        source.Look();
        source.Look();
        Assert.Contains("cannot be read", source.LastError, StringComparison.Ordinal);
        Assert.Empty(_changes);
    }

    [Fact]
    public void A_file_behind_a_link_that_is_turned_to_another_one_is_a_change()
    {
        // How Kubernetes mounts a configuration: the link in the folder stays, what it leads to is exchanged.
        Directory.CreateDirectory(_folder.PathOf("..one"));
        Directory.CreateDirectory(_folder.PathOf("..two"));
        File.WriteAllText(_folder.PathOf("..one/more.yaml"), MoreUsers);
        File.WriteAllText(_folder.PathOf("..two/more.yaml"), MoreUsers.Replace("bob", "eve", StringComparison.Ordinal));
        Directory.CreateSymbolicLink(_folder.PathOf("..data"), "..one");
        File.CreateSymbolicLink(_folder.PathOf("more.yaml"), "..data/more.yaml");
        var source = Open();

        Directory.Delete(_folder.PathOf("..data"));
        Directory.CreateSymbolicLink(_folder.PathOf("..data"), "..two");
        source.Look();
        source.Look();
        Assert.Equal(["ann", "eve"], Assert.Single(_changes).Policy.Users.Select(u => u.Name));
    }

    [Fact]
    public async Task The_folder_is_looked_at_every_second_until_cancelled()
    {
        var source = Open();
        using var stop = new CancellationTokenSource();
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.Changed += _ => taken.SetResult();
        var watching = source.WatchAsync(stop.Token);

        _folder.Write("more.yaml", MoreUsers);
        await Poll.UntilAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return taken.Task.IsCompleted;
            },
            TimeSpan.FromSeconds(10),
            () => "the new user is in force after some seconds of the clock");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        Assert.Null(_clock.NextDue);
    }

    private ConfigurationSource Open()
    {
        var source = new ConfigurationSource(
            _folder.Path, new LastGoodConfiguration(_data.Path), FolderReading.Reader(), _clock, _lines);
        source.Changed += _changes.Add;
        return source;
    }

    /// <summary>Lines of warning and worse.</summary>
    private sealed class Lines : ILogger<ConfigurationSource>
    {
        public List<string> Logged { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => Logged.Add(formatter(state, exception));
    }
}
