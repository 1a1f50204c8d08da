using System.Globalization;
using System.Runtime.InteropServices;

namespace Orchestrator.Nodes.Docker;

/// <summary>Processes of containers on this machine, by the numbers that they have outside.</summary>
internal static class LocalProcesses
{
    // Those that have the same number on every machine; the others are the engine's to translate.
    private static readonly Dictionary<string, int> Signals = new()
    {
        ["HUP"] = 1,
        ["INT"] = 2,
        ["QUIT"] = 3,
        ["KILL"] = 9,
        ["USR1"] = 10,
        ["USR2"] = 12,
        ["TERM"] = 15,
    };

    /// <summary>
    /// Sends a signal to a process of a container. Who has the number by now but is not of that container is left
    /// alone, as where engine and we do not share our numbers; so is who hears nothing from us.
    /// </summary>
    /// <param name="signal">With or without <c>SIG</c>.</param>
    /// <returns>Whether it was sent.</returns>
    public static bool Signal(int number, string container, string signal)
    {
        var name = signal.StartsWith("SIG", StringComparison.Ordinal) ? signal[3..] : signal;
        return Signals.TryGetValue(name, out var which) && IsOf(number, container) && NativeKill(number, which) == 0;
    }

    /// <summary>Kills a process of a container and all that it has begun, as far as a signal reaches them.</summary>
    public static void Kill(int number, string container)
    {
        List<int> family = [number];
        for (var i = 0; i < family.Count; i++) family.AddRange(ChildrenOf(family[i]));
        foreach (var one in family) Signal(one, container, "KILL");
    }

    // Paths of its groups carry the container's id with every engine and every version of them.
    private static bool IsOf(int number, string container) =>
        container.Length > 0 && Read($"/proc/{number}/cgroup").Contains(container, StringComparison.Ordinal);

    private static IEnumerable<int> ChildrenOf(int number) => Threads(number)
        .SelectMany(thread => Read($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(child => int.Parse(child, CultureInfo.InvariantCulture));

    private static string[] Threads(int number)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{number}/task");
        }
        catch (IOException)
        {
            // It has ended.
            return [];
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // It has ended.
            return "";
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int NativeKill(int number, int signal);
}
