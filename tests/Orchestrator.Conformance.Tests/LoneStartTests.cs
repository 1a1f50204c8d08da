using Orchestrator.Conformance.Tests.Running;
using Orchestrator.Storage.Tests;

namespace Orchestrator.Conformance.Tests;

/// <summary>A machine that starts while the database of its cluster is away.</summary>
public sealed class LoneStartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("static-");

    public void Dispose() => _folder.Delete(recursive: true);

    [SkippableFact]
    public async Task A10_B24_static_pods_run_before_the_database_answers_and_are_shown_after()
    {
        Skip.IfNot(Silos.ArePossible, Silos.WhyNot);
        using var postgres = new PostgresServer();
        await using var cluster = new Cluster { Database = postgres.CreateDatabase() };
        string[] args = ["--machine", cluster.NodeName, "--static-pods", _folder.FullName];
        await cluster.StartAsync(args);
        await cluster.KillAsync();
        postgres.Stop();
        File.WriteAllText(Path.Combine(_folder.FullName, "web.yaml"), Given.StaticPod("up"));
        var starting = cluster.StartAsync(args);
        await Eventually.Async(async () =>
            (await cluster.Containers()).Count == 2 ? null : $"the pod does not run:\n{cluster.LogTail()}");
        Assert.False(starting.IsCompleted, "there is no cluster yet");
        var containers = await cluster.Containers();
        postgres.Start();
        await starting;
        await cluster.PodsReady("app=web", 1);
        Assert.Equal(containers, await cluster.Containers());
    }
}
