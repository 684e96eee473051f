namespace Correlation.Silo.Storage.Sqlite;

/// <summary>
/// Room set aside for people: when the disk is full the file goes, and acknowledging and closing still commit, while
/// intake is refused. It comes back when there is room for it several times over.
/// </summary>
internal sealed class DiskReserve(string folder)
{
    public const int Size = 16 << 20;

    /// <summary>Else the reserve would come and go at the edge, and with it the intake.</summary>
    private const int RoomToRestore = 4;

    private readonly Lock _gate = new();
    private readonly string _file = Path.Combine(folder, "reserve");
    private volatile bool _inUse;

    /// <summary>True from the moment the disk was full until there is room again.</summary>
    public bool InUse => _inUse;

    /// <returns>True when this gave room that was not there before.</returns>
    public bool Release()
    {
        lock (_gate)
        {
            var had = File.Exists(_file);
            File.Delete(_file);
            _inUse = true;
            return had;
        }
    }

    /// <returns>True when the reserve is whole; false when there is no room for it.</returns>
    public bool Restore()
    {
        lock (_gate)
        {
            if (new FileInfo(_file) is not { Exists: true, Length: Size } && !HasRoom())
            {
                _inUse = true;
                return false;
            }

            _inUse = !TryFill();
            return !_inUse;
        }
    }

    private bool HasRoom() => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace > (long)RoomToRestore * Size;

    // Written, not preallocated: some file systems give a preallocated file no room of its own.
    private bool TryFill()
    {
        try
        {
            using var file = new FileStream(_file, FileMode.OpenOrCreate, FileAccess.Write);
            var zeros = new byte[1 << 20];
            for (file.Position = file.Length; file.Position < Size;)
            {
                file.Write(zeros.AsSpan(0, (int)Math.Min(zeros.Length, Size - file.Position)));
            }

            return true;
        }
        catch (IOException)
        {
            // Somebody else took the room meanwhile. A part of a reserve helps nobody and fills the disk.
            File.Delete(_file);
            return false;
        }
    }
}
