using System.Collections.Concurrent;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests.Clients;

/// <summary>Runs each script of checks once, however many tests ask how one of its checks ended.</summary>
public sealed class ClientRuns
{
    private readonly ConcurrentDictionary<(string, string), Task<ClientReport>> _runs = new();

    /// <summary>How the checks of a script ended against the cluster.</summary>
    public Task<ClientReport> Of(Cluster cluster, ClientLibrary library, string script) =>
        _runs.GetOrAdd((library.Name, script), _ => RunAsync(cluster, library, script));

    private static async Task<ClientReport> RunAsync(Cluster cluster, ClientLibrary library, string script)
    {
        var name = Path.GetFileNameWithoutExtension(script);
        var ns = $"{name}-{library.Name.Replace('.', '-')}";
        var ran = await Ran.Async(library.Program, [library.PathOf(script)], null, library.Environment(cluster, ns));
        return new ClientReport(ran);
    }
}

/// <summary>What a script of checks has reported, a line for each check and remarks below the failed ones.</summary>
public sealed class ClientReport(Ran ran)
{
    private readonly string[] _lines = ran.Output.Split('\n');

    /// <summary>Fails unless the check was made and went well.</summary>
    public void Demand(string check)
    {
        if (_lines.Contains($"ok - {check}")) return;
        var at = Array.IndexOf(_lines, $"not ok - {check}");
        var remarks = _lines.Skip(at + 1).TakeWhile(line => line.StartsWith("# ", StringComparison.Ordinal));
        throw new Xunit.Sdk.XunitException(
            at < 0 ? $"the check was not made:\n{ran}" : string.Join('\n', remarks));
    }
}
