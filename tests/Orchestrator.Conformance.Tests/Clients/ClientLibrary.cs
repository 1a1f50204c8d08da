using System.Diagnostics;
using System.Text.RegularExpressions;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests.Clients;

/// <summary>
/// A client library of Kubernetes that somebody else wrote, and the program that runs its scripts. <c>tests/run.sh</c>
/// installs them; <c>NODE</c> may name another Node than the one on PATH.
/// </summary>
/// <param name="Name">What tests and namespaces call it.</param>
/// <param name="Folder">Where its scripts are, beside this file.</param>
/// <param name="Program">What runs them.</param>
/// <param name="Module">The library's main file; "" when the program finds it.</param>
/// <param name="Needs">The least version of the program.</param>
public sealed partial record ClientLibrary(string Name, string Folder, string Program, string Module, Version Needs)
{
    /// <summary>The libraries.</summary>
    public static IReadOnlyList<ClientLibrary> All { get; } =
    [
        OfNode("javascript-1", "client-node-1", new Version(20, 3, 0)),
        OfNode("javascript-2", "client-node-2", new Version(22, 19, 0)),
        new("python", "python", "/usr/bin/python3", "", new Version(3, 9)),
    ];

    private readonly Lazy<string?> _whyNot = new(() => Module.Length > 0
        ? WhyNoNode(Program, Module, Needs)
        : WhyNoPython(Program, Needs));

    /// <summary>Why the library cannot be used on this machine; null when it can.</summary>
    public string? WhyNot => _whyNot.Value;

    /// <summary>The names of the checks of a script, as they stand in it.</summary>
    public IEnumerable<string> Checks(string script) =>
        CheckLine().Matches(File.ReadAllText(PathOf(script))).Select(match => match.Groups[1].Value);

    /// <summary>The scripts that are made of checks.</summary>
    public IEnumerable<string> Scripts() => Directory.GetFiles(Path.GetDirectoryName(PathOf("."))!)
        .Select(path => Path.GetFileName(path)).Where(script => !script.StartsWith("package", StringComparison.Ordinal))
        .Where(script => Checks(script).Any()).Order(StringComparer.Ordinal);

    /// <summary>The file of a script.</summary>
    public string PathOf(string script) =>
        Path.Combine(Cluster.Root, "tests/Orchestrator.Conformance.Tests/Clients", Folder, script);

    /// <summary>What a script is told: where, in which namespace, with which library.</summary>
    public Dictionary<string, string> Environment(Cluster cluster, string ns) => new()
    {
        ["KUBECONFIG"] = cluster.Kubeconfig,
        ["NAMESPACE"] = ns,
        ["IMAGE"] = Given.Image,
        ["CLIENT"] = Module,
        ["PYTHONDONTWRITEBYTECODE"] = "1",
    };

    private static ClientLibrary OfNode(string name, string package, Version needs) => new(
        name, "javascript", System.Environment.GetEnvironmentVariable("NODE") ?? "node",
        Path.Combine(Installed(), "node_modules", package, "dist/index.js"), needs);

    private static string Installed() => Path.Combine(
        System.Environment.GetEnvironmentVariable("XDG_CACHE_HOME")
            ?? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".cache"),
        "orchestrator-tests/javascript");

    private static string? WhyNoPython(string python, Version needs) =>
        Answer(python, "--version") is not { } said ? $"needs {python}"
        : Version.Parse(said.Trim().Split(' ')[^1]) < needs ? $"needs Python {needs}, and {python} is {said.Trim()}"
        : Answer(python, "-c", "import kubernetes") is null
            ? "needs python3-kubernetes of the distribution, which tests/run.sh installs"
        : null;

    private static string? WhyNoNode(string node, string module, Version needs) =>
        !File.Exists(module) ? $"needs {module}, which tests/run.sh installs with npm"
        : Answer(node, "--version") is not { } said ? "needs Node, on PATH or named by NODE"
        : Version.Parse(said.Trim().TrimStart('v')) < needs
            ? $"needs Node {needs}, and {node} is {said.Trim()}; NODE may name another"
        : null;

    // What a program says when asked something short; null when there is none or it fails.
    private static string? Answer(string program, params string[] args)
    {
        if (program.Contains('/') ? !File.Exists(program) : !OnPath(program)) return null;
        using var process = Process.Start(new ProcessStartInfo(program, args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : null;
    }

    private static bool OnPath(string program) => (System.Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    [GeneratedRegex("""(?m)^@?check\(["'](.+?)["'][,)]""")]
    private static partial Regex CheckLine();
}
