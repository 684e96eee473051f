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

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? Obstacle { get; } = FindObstacle();

    public string Path => _folder.Path;

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var disk = new SmallDisk();
        await Tool.RequireAsync(Mount(disk.Path, megabytes));
        Leftovers.AddMount(disk.Path);
        return disk;
    }

    /// <summary>Takes what is left, but for <paramref name="leaveBytes"/>; deleting the file gives it back.</summary>
    /// <returns>The file.</returns>
    public string Fill(long leaveBytes)
    {
        var file = System.IO.Path.Combine(Path, "filler");
        using var stream = new FileStream(file, FileMode.Create);
        var block = new byte[64 * 1024];
        try
        {
            while (new DriveInfo(Path).AvailableFreeSpace - leaveBytes is > 0 and var room)
            {
                stream.Write(block.AsSpan(0, (int)Math.Min(block.Length, room)));
                stream.Flush();
            }
        }
        catch (IOException) when (new DriveInfo(Path).AvailableFreeSpace == 0)
        {
            // Somebody else took the last of it, so it is as full as it gets.
            return file;
        }

        return file;
    }

    public async ValueTask DisposeAsync()
    {
        await Tool.RequireAsync(Unmount(Path));
        Leftovers.RemoveMount(Path);
        _folder.Dispose();
    }

    private static string? FindObstacle()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return "Mounting a small disk takes root.";
        }

        using var folder = new TempFolder("mount");
        var mounted = Tool.RunAsync(Mount(folder.Path, 1)).GetAwaiter().GetResult();
        if (mounted.ExitCode != 0)
        {
            return $"No small disk can be mounted here: {mounted.Output}";
        }

        Tool.RequireAsync(Unmount(folder.Path)).GetAwaiter().GetResult();
        return null;
    }

    private static ProgramStart Mount(string folder, int megabytes)
    {
        var size = megabytes.ToString(CultureInfo.InvariantCulture);
        return Run("mount", "-t", "tmpfs", "-o", $"size={size}m", "tmpfs", folder);
    }

    // Lazily: a process that was killed a moment ago may still hold files of it.
    private static ProgramStart Unmount(string folder) => Run("umount", "--lazy", folder);

    private static ProgramStart Run(string program, params string[] arguments) =>
        new(program, [program, .. arguments], System.IO.Path.GetTempPath());
}

/// <summary>A test that mounts a <see cref="SmallDisk"/>, skipped with the reason where that is impossible.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.Obstacle;
}
