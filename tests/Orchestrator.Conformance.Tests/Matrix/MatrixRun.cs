using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests.Matrix;

/// <summary>The whole matrix, done once: all groups with all versions, several side by side, on one cluster.</summary>
public sealed class MatrixRun : IAsyncLifetime, IAsyncDisposable
{
    /// <summary>A regular expression for the groups to do, when not all.</summary>
    public const string GroupsVariable = "MATRIX_GROUPS";

    private const int SideBySide = 6;
    private Cluster? _cluster;
    private readonly ConcurrentBag<RowResult> _results = [];

    /// <summary>The versions of kubectl it was done with, oldest first.</summary>
    public IReadOnlyList<string> Versions { get; private set; } = [];

    /// <summary>What came of each row with each version.</summary>
    public ILookup<(string Group, string Name), RowResult> Results => _results
        .OrderBy(result => VersionRange.MinorOf(result.Version))
        .ToLookup(result => (result.Row.Group, result.Row.Name));

    /// <summary>The groups that are done.</summary>
    public static IReadOnlyList<MatrixGroup> Groups { get; } =
        [.. MatrixFile.All.Where(group => Regex.IsMatch(group.Name,
            Environment.GetEnvironmentVariable(GroupsVariable) ?? ""))];

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        var binaries = await KubectlBinary.InstalledAsync();
        Versions = [.. binaries.Select(binary => binary.Version)];
        var cluster = _cluster = new Cluster();
        await cluster.StartAsync("--simulated-nodes", $"{binaries.Count}");
        for (var number = 0; number < binaries.Count; number++) await KeepForRows(cluster, $"simulated-{number}");
        // The longest first, so that none of them is left alone at the end.
        var parts = from part in Groups.OrderByDescending(each => each.Rows.Sum(row => row.Steps.Count))
                    from number in Enumerable.Range(0, binaries.Count)
                    select new GroupRunner(cluster, binaries[number], number, part);
        await Parallel.ForEachAsync(parts, new ParallelOptions { MaxDegreeOfParallelism = SideBySide },
            async (part, _) =>
            {
                foreach (var result in await part.RunAsync()) _results.Add(result);
            });
    }

    /// <inheritdoc />
    public async Task DisposeAsync() => await ((IAsyncDisposable)this).DisposeAsync();

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        _cluster = null;
    }

    // Pods that must really run are not to land on a node without containers.
    private static Task KeepForRows(Cluster cluster, string node)
    {
        var patch = JsonNode.Parse(
            """{"spec":{"taints":[{"key":"simulated","value":"true","effect":"NoSchedule"}]}}""");
        return Eventually.Async(async () => await cluster.Send(
            HttpMethod.Patch, $"/api/v1/nodes/{node}", patch, "application/merge-patch+json") is (200, _)
                ? null
                : $"node {node} takes no taint");
    }
}

/// <summary>Nothing else runs beside it: it measures what two cores can do.</summary>
[CollectionDefinition(nameof(MatrixRun), DisableParallelization = true)]
public sealed class MatrixRunCollection : ICollectionFixture<MatrixRun>;
