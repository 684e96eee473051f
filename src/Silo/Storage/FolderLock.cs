using System.Globalization;

namespace Correlation.Silo.Storage;

/// <summary>
/// Keeps a second process out of the data folder, whatever store it uses, for as long as this one lives; the kernel
/// releases it even after kill -9. The holder's process id stands in a file of its own, since the locked one cannot be
/// read.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private const string LockName = "lock";
    private const string HolderName = "lock.pid";

    /// <summary>What a lock that another has is told by: of Linux, of macOS, of Windows.</summary>
    private static readonly int[] Taken = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _held;

    /// <exception cref="StoreRefusedException">Another process has it, or the folder cannot be written.</exception>
    public FolderLock(string folder)
    {
        var holder = Path.Combine(folder, HolderName);
        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(folder);
            held = new FileStream(
                Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            _held = held;
        }
        catch (IOException taken) when (held is null && Taken.Contains(taken.HResult))
        {
            var who = File.Exists(holder) ? $"Process {File.ReadAllText(holder).Trim()}" : "Another process";
            throw new StoreRefusedException(
                $"{who} already runs on the data folder '{Path.GetFullPath(folder)}'. Stop it, or set CORRELATION_DATA " +
                "to another folder.",
                taken);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw new StoreRefusedException(CannotBeWritten(folder, unusable), unusable);
        }
    }

    /// <summary>Says what to change, for whoever starts the process.</summary>
    public static string CannotBeWritten(string folder, Exception why) =>
        $"The data folder '{Path.GetFullPath(folder)}' (CORRELATION_DATA) cannot be written: {why.Message} Set " +
        "CORRELATION_DATA to a folder that this user may write, on a disk with room.";

    public void Dispose() => _held.Dispose();
}
