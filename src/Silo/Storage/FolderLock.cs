namespace Correlation.Silo.Storage;

/// <summary>
/// Keeps a second process out of the data folder, whatever store it uses, for as long as this one lives; the kernel releases it even after
/// kill -9. The holder's process id stands in a file of its own, since the locked one cannot be read.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private const string LockName = "lock";
    private const string HolderName = "lock.pid";

    private readonly FileStream _held;

    /// <exception cref="StoreRefusedException">Another process has it, or the folder cannot be written.</exception>
    public FolderLock(string folder)
    {
        var holder = Path.Combine(folder, HolderName);
        try
        {
            Directory.CreateDirectory(folder);
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

        catch (UnauthorizedAccessException forbidden)
        {
            throw new StoreRefusedException(
                $"The data folder '{Path.GetFullPath(folder)}' (CORRELATION_DATA) cannot be written: {forbidden.Message}", forbidden);
        }

        File.WriteAllText(holder, Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    public void Dispose() => _held.Dispose();
}
