using System.Diagnostics;

namespace Correlation.TestKit.Processes;

/// <summary>
/// Programs, folders and mounts of tests that must not outlive the test process, however it ends: at its end, in a
/// crash, or killed because a test hung. A shell that outlives us is told of each one, and when our end of its pipe
/// closes it clears them away. PR_SET_PDEATHSIG would be shorter, but it fires when the thread that started the program
/// ends, not the process.
/// </summary>
internal static class Leftovers
{
    private const string Script = """
        trap '' INT TERM HUP
        exec >/dev/null 2>&1
        declare -A programs folders mounts
        while read -r word what; do
          case $word in
            +program) programs[$what]=1 ;;
            -program) unset "programs[$what]" ;;
            +folder) folders[$what]=1 ;;
            -folder) unset "folders[$what]" ;;
            +mount) mounts[$what]=1 ;;
            -mount) unset "mounts[$what]" ;;
          esac
        done
        for program in "${!programs[@]}"; do kill -9 "$program"; done
        for mount in "${!mounts[@]}"; do umount --lazy "$mount"; done
        for attempt in {1..50}; do rm -rf -- "${!folders[@]}" && break; sleep 0.1; done
        """;

    private static readonly Lock Gate = new();
    private static readonly Process Keeper = StartKeeper();

    public static void AddProgram(int id) => Tell($"+program {id}");

    public static void RemoveProgram(int id) => Tell($"-program {id}");

    public static void AddFolder(string path) => Tell($"+folder {path}");

    public static void RemoveFolder(string path) => Tell($"-folder {path}");

    public static void AddMount(string path) => Tell($"+mount {path}");

    public static void RemoveMount(string path) => Tell($"-mount {path}");

    private static void Tell(string line)
    {
        lock (Gate)
        {
            Keeper.StandardInput.WriteLine(line);
        }
    }

    private static Process StartKeeper()
    {
        var start = new ProcessStartInfo("bash", ["-c", Script]) { RedirectStandardInput = true };
        var keeper = Process.Start(start)!;
        keeper.StandardInput.AutoFlush = true;
        return keeper;
    }
}
