using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Nodes.Docker;

/// <summary>Processes of containers on this machine, by the numbers that they have outside.</summary>
internal static class LocalProcesses
{
    /// <summary>
    /// Kills a process of a container and all that it has begun. Who has the number by now but is not of that container
    /// is left alone, as where engine and we do not share our numbers; so is who may not be killed by us.
    /// </summary>
    public static void Kill(int number, string container)
    {
        List<int> family = [number];
        for (var i = 0; i < family.Count; i++) family.AddRange(ChildrenOf(family[i]));
        foreach (var one in family.Where(one => IsOf(one, container))) Kill(one);
    }

    private static void Kill(int number)
    {
        try
        {
            using var process = Process.GetProcessById(number);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended meanwhile, or is another user's: then it cannot be helped.
            return;
        }
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
}
