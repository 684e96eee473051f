using System.Runtime.InteropServices;

namespace Correlation.Silo.Hosting;

/// <summary>
/// What the databases' libraries take by malloc. The C library gives each thread that asks at the same time as another
/// a heap of its own, which keeps the most it ever had: with the readers of lists some 80 MB that nothing is in.
/// Elsewhere than on Linux with glibc nothing is done.
/// </summary>
internal static class NativeMemory
{
    private const int ArenaMax = -8;

    /// <summary>The loop's thread has one as good as to itself.</summary>
    private const int Arenas = 2;

    /// <summary>Before other threads begin.</summary>
    public static void Bound() => IfThere(() => _ = SetOption(ArenaMax, Arenas));

    /// <summary>What is free goes back to the system.</summary>
    public static void GiveBack() => IfThere(() => _ = Trim(0));

    private static void IfThere(Action call)
    {
        try
        {
            call();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library, which has another way or none.
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    private static extern int SetOption(int option, int value);

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int Trim(nuint keep);
}
