using System.Globalization;
using Xunit;

namespace Correlation.TestKit.Processes;

/// <summary>
/// A file system of some megabytes, in memory, for tests that fill it. Mounting takes root: see <see
/// cref="SmallDiskFactAttribute"/>.
/// </summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly TempFolder _folder = new("disk");

    private SmallDisk()
    {
    }

    public string Path => _folder.Path;

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var disk = new SmallDisk();
        var size = megabytes.ToString(CultureInfo.InvariantCulture);
        await Tool.RequireAsync(Run("mount", "-t", "tmpfs", "-o", $"size={size}m", "tmpfs", disk.Path));
        return disk;
    }

    /// <summary>Takes what is left, but for <paramref name="leaveBytes"/>; deleting the file gives it back.</summary>
    /// <returns>The file.</returns>
    public string Fill(long leaveBytes)
    {
        var file = System.IO.Path.Combine(Path, "filler");
        using var stream = new FileStream(file, FileMode.Create);
        var free = new DriveInfo(Path).AvailableFreeSpace - leaveBytes;
        for (var block = new byte[64 * 1024]; stream.Length < free;)
        {
            stream.Write(block.AsSpan(0, (int)Math.Min(block.Length, free - stream.Length)));
        }

        return file;
    }

    public async ValueTask DisposeAsync()
    {
        await Tool.RequireAsync(Run("umount", "--lazy", Path));
        _folder.Dispose();
    }

    private static ProgramStart Run(string program, params string[] arguments) =>
        new(program, [program, .. arguments], System.IO.Path.GetTempPath());
}

/// <summary>A test that mounts a <see cref="SmallDisk"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Skip = "Mounting a small disk takes root.";
        }
    }
}
