using Correlation.Silo.Storage;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

/// <summary>Whatever keeps the data folder from being used, the start says which setting to change.</summary>
public sealed class FolderLockTests : IDisposable
{
    private readonly TempFolder _folder = new("lock");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_process_is_told_which_one_runs()
    {
        using var first = new FolderLock(_folder.Path);
        Assert.StartsWith(
            $"Process {Environment.ProcessId} already runs on the data folder '{_folder.Path}'",
            Refused(_folder.Path),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_holder_that_left_no_number_is_another_process()
    {
        using var first = new FolderLock(_folder.Path);
        File.Delete(Path.Combine(_folder.Path, "lock.pid"));
        Assert.StartsWith("Another process already runs", Refused(_folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_its_place_is_named_with_the_setting()
    {
        var file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");
        Assert.StartsWith(
            $"The data folder '{file}' (CORRELATION_DATA) cannot be written: ", Refused(file),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_without_room_for_the_first_file_is_named_and_the_lock_is_free_again()
    {
        var holder = Path.Combine(_folder.Path, "lock.pid");
        File.CreateSymbolicLink(holder, "/dev/full");
        Assert.Contains(
            "(CORRELATION_DATA) cannot be written: No space left", Refused(_folder.Path), StringComparison.Ordinal);
        File.Delete(holder);
        new FolderLock(_folder.Path).Dispose();
    }

    private static string Refused(string folder) =>
        Assert.Throws<StoreRefusedException>(() => new FolderLock(folder)).Message;
}
