using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests.Matrix;

/// <summary>
/// Does the rows of one group with one kubectl, one after another, in a namespace and a folder of its own. What lies
/// outside namespaces is told apart by <c>${V}</c>, and each version has a simulated node for itself.
/// </summary>
internal sealed partial class GroupRunner(Cluster cluster, KubectlBinary kubectl, int number, MatrixGroup group)
{
    private const int PatienceSeconds = 40;
    private const int ShownMax = 4000;

    private readonly string _home = Path.Combine(cluster.DataDirectory, "matrix", kubectl.Version);

    private readonly Dictionary<string, string> _variables = new()
    {
        ["V"] = $"v{kubectl.Version.Replace('.', '-')}",
        ["NS"] = $"{group.Name}-v{kubectl.Version.Replace('.', '-')}",
        ["NODE"] = $"simulated-{number}",
        ["REAL"] = cluster.NodeName,
        ["IMAGE"] = Given.Image,
        ["VERSION"] = kubectl.Version,
    };

    private string Folder => Path.Combine(_home, group.Name);

    /// <summary>What came of every row.</summary>
    public async Task<IReadOnlyList<RowResult>> RunAsync()
    {
        await PrepareAsync();
        try
        {
            var (problem, printed) = await DoAsync(group.Given);
            var results = new List<RowResult>();
            foreach (var row in group.Rows)
            {
                var isLacking = !row.For.Has(kubectl.Version);
                var (wrong, said) = isLacking || problem.Length > 0 ? (problem, printed) : await DoAsync(row.Steps);
                results.Add(new RowResult(row, kubectl.Version, isLacking, isLacking ? "" : wrong, said));
            }
            return results;
        }
        finally
        {
            await cluster.Send(HttpMethod.Delete, $"/api/v1/namespaces/{_variables["NS"]}");
        }
    }

    private async Task PrepareAsync()
    {
        var bin = Directory.CreateDirectory(Path.Combine(_home, "bin"));
        Directory.CreateDirectory(Folder);
        var link = Path.Combine(bin.FullName, "kubectl");
        lock (kubectl)
        {
            if (!File.Exists(link)) File.CreateSymbolicLink(link, kubectl.Path);
        }
        File.Copy(Path.Combine(MatrixFile.Folder, "lib.sh"), Path.Combine(Folder, "lib.sh"));
        foreach (var (name, text) in group.Files)
        {
            var path = Path.Combine(Folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, _variables.Aggregate(text, (filled, variable) =>
                filled.Replace($"${{{variable.Key}}}", variable.Value, StringComparison.Ordinal)));
        }
        File.Copy(cluster.Kubeconfig, Path.Combine(Folder, "kubeconfig"));
        var (code, body) = await cluster.Send(HttpMethod.Post, "/api/v1/namespaces", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = _variables["NS"] },
        });
        if (code != (int)HttpStatusCode.Created) throw new InvalidOperationException($"{code} {body}");
        (await ShellAsync("kubectl config set-context --current --namespace=$NS")).Ok();
    }

    private async Task<(string Problem, string Printed)> DoAsync(IReadOnlyList<MatrixStep> steps)
    {
        foreach (var step in steps)
        {
            var (problem, printed) = await DoAsync(step);
            if (problem.Length > 0) return (problem, printed);
        }
        return ("", "");
    }

    private async Task<(string Problem, string Printed)> DoAsync(MatrixStep step)
    {
        var said = "";
        async Task<string?> Look()
        {
            var ran = await ShellAsync(step.Command);
            said = ran.Output + Overtaken().Replace(ran.Error, "");
            return Wrong(step, ran, said);
        }
        string? problem = null;
        try
        {
            if (step.IsRetried) await Eventually.Async(Look, PatienceSeconds);
            else problem = await Look();
        }
        catch (Xunit.Sdk.XunitException late)
        {
            problem = late.Message;
        }
        return (problem ?? "", said.Split('\n').FirstOrDefault(line => line.Trim().Length > 0) ?? "(nothing)");
    }

    // client-go reads before it has made its streams, and complains now and then of what came for one of them: the
    // empty message that says, with the reference as well, that all is connected.
    [GeneratedRegex(@"(?m)^E\d{4} .* websocket\.go:\d+\] Unknown stream id \d, discarding message\n")]
    private static partial Regex Overtaken();

    private string? Wrong(MatrixStep step, Ran ran, string said)
    {
        var missing = step.Sights.Where(sight => sight.For.Has(kubectl.Version))
            .Select(sight => sight.Missing(said, _variables)).OfType<string>().ToList();
        if (ran.ExitCode != step.ExitCode) missing.Insert(0, $"exit code {ran.ExitCode}, want {step.ExitCode}");
        if (missing.Count == 0) return null;
        var shown = said.Length > ShownMax ? $"{said[..ShownMax]} …" : said;
        return $"$ {step.Command}\n{shown}\n{string.Join('\n', missing.Select(each => $"seen: {each}"))}";
    }

    private Task<Ran> ShellAsync(string command) => Ran.Async(
        "timeout", ["-k", "2", "60", "sh", "-c", $"cd \"$0\" && . ./lib.sh\n{command}", Folder],
        env: new Dictionary<string, string>(_variables)
        {
            ["HOME"] = _home,
            ["KUBECONFIG"] = Path.Combine(Folder, "kubeconfig"),
            ["PATH"] = $"{_home}/bin:{Environment.GetEnvironmentVariable("PATH")}",
            // Each command lives for a tenth of a second: collecting its garbage would only cost.
            ["GOGC"] = "400",
        });
}
