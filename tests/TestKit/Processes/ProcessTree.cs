using System.Globalization;
using System.Runtime.InteropServices;

namespace Correlation.TestKit.Processes;

public enum Signal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

/// <summary>A process and its descendants, as Linux shows them under /proc.</summary>
public static class ProcessTree
{
    public static void Send(int id, Signal signal)
    {
        if (SendSignal(id, (int)signal) != 0)
        {
            throw new InvalidOperationException($"{signal} to process {id}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>To the process and all its descendants.</summary>
    public static void SendToAll(int root, Signal signal)
    {
        foreach (var id in WithDescendants(root))
        {
            // One that has ended since we looked needs no signal.
            _ = SendSignal(id, (int)signal);
        }
    }

    /// <summary>Kills the tree at once, without a chance to tidy up, and gives back the ids that were in it.</summary>
    public static IReadOnlyList<int> Kill(int root)
    {
        // Stopped first, so that no child is born between our look and the kill.
        _ = SendSignal(root, (int)Signal.Stop);
        var tree = WithDescendants(root);
        foreach (var id in tree)
        {
            // Already gone is as good as killed.
            _ = SendSignal(id, (int)Signal.Kill);
        }

        return tree;
    }

    public static bool IsAlive(int id) => StateOf(id) is not (null or 'Z' or 'X');

    public static bool IsStopped(int id) => StateOf(id) == 'T';

    public static IReadOnlyList<int> WithDescendants(int root)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)
                && StatOf(id) is { } stat)
            {
                parents[id] = int.Parse(stat[1], CultureInfo.InvariantCulture);
            }
        }

        var tree = new List<int> { root };
        for (var i = 0; i < tree.Count; i++)
        {
            tree.AddRange(parents.Where(pair => pair.Value == tree[i]).Select(pair => pair.Key));
        }

        return tree;
    }

    private static char? StateOf(int id) => StatOf(id)?[0][0];

    /// <summary>
    /// The fields of /proc/id/stat from the state on; the name before them may hold blanks and brackets.
    /// </summary>
    private static string[]? StatOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int id, int signal);
}
