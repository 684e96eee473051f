namespace Correlation.Silo.Storage.Sqlite;

/// <summary>
/// Keeps a second process out of the data folder for as long as this one lives; the kernel releases it even after
/// kill -9. The holder's process id stands in a file of its own, since the locked one cannot be read.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string LockName = "lock";
    private const string HolderName = "lock.pid";

    private readonly FileStream _held;

    public FolderLock(string folder)
    {
        var holder = Path.Combine(folder, HolderName);
        try
        {
            _held = new FileStream(
                Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (File.Exists(holder))
        {
            throw new StoreRefusedException(
                $"Process {File.ReadAllText(holder).Trim()} already runs on the data folder " +
                $"'{Path.GetFullPath(folder)}'. Stop it, or set CORRELATION_DATA to another folder.",
                taken);
        }

        File.WriteAllText(holder, Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    public void Dispose() => _held.Dispose();
}
