using System.Text.RegularExpressions;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests.Matrix;

/// <summary>A kubectl of this machine.</summary>
/// <param name="Version">Its version, such as 1.32.</param>
/// <param name="Path">The program.</param>
public sealed partial record KubectlBinary(string Version, string Path)
{
    /// <summary>
    /// Folders to look into, besides the known ones, for programs called <c>kubectl.1.32</c> and such.
    /// </summary>
    public const string FoldersVariable = "KUBECTL_FOLDERS";

    /// <summary>Versions to use, when not all: <c>1.27,1.33</c>.</summary>
    public const string VersionsVariable = "MATRIX_KUBECTLS";

    private static readonly string[] Wanted = ["1.20", "1.27", "1.31", "1.32", "1.33"];

    /// <summary>The wanted versions that are installed; when none is, the one on PATH.</summary>
    public static async Task<IReadOnlyList<KubectlBinary>> InstalledAsync()
    {
        var found = (from version in Chosen()
                     from folder in Folders()
                     let path = System.IO.Path.Combine(folder, $"kubectl.{version}")
                     where File.Exists(path)
                     group path by version into paths
                     select new KubectlBinary(paths.Key, paths.First())).ToList();
        return found.Count > 0 ? found : [await OnPathAsync()];
    }

    private static string[] Chosen() =>
        Environment.GetEnvironmentVariable(VersionsVariable) is { Length: > 0 } chosen ? chosen.Split(',') : Wanted;

    private static IEnumerable<string> Folders() =>
    [
        .. (Environment.GetEnvironmentVariable(FoldersVariable) ?? "").Split(':'),
        System.IO.Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".cache", "orc-kubectl"),
        "/usr/lib/google-cloud-sdk/bin",
    ];

    private static async Task<KubectlBinary> OnPathAsync()
    {
        var said = (await Ran.Async("kubectl", ["version", "--client", "-o", "json"])).Ok();
        var where = (await Ran.Async("sh", ["-c", "command -v kubectl"])).Ok().Trim();
        return new KubectlBinary(VersionPattern().Match(said).Groups[1].Value, where);
    }

    [GeneratedRegex(@"""gitVersion"": ""v(\d+\.\d+)")]
    private static partial Regex VersionPattern();
}
