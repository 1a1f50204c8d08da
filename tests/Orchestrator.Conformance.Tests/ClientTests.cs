using System.Diagnostics;
using Orchestrator.Conformance.Tests.Clients;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>
/// Programs that use the client libraries of Kubernetes find here what they would find there. Each check stands by its
/// name in a script under <c>Clients</c>.
/// </summary>
[Collection(nameof(SharedCluster))]
public sealed class ClientTests(SharedCluster shared, ClientRuns runs) : IClassFixture<ClientRuns>
{
    public static TheoryData<string, string, string> Checks()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var library in ClientLibrary.All)
        {
            foreach (var script in library.Scripts())
            {
                foreach (var check in library.Checks(script)) data.Add(library.Name, script, check);
            }
        }
        return data;
    }

    [SkippableTheory, MemberData(nameof(Checks))]
    public async Task A_client_sees_kubernetes(string client, string script, string check)
    {
        var library = Usable(client);
        (await runs.Of(shared.Cluster, library, script)).Demand(check);
    }

    [SkippableTheory]
    [InlineData("javascript-1")]
    [InlineData("javascript-2")]
    public async Task An_informer_outlives_a_restart_and_hears_what_it_missed(string client)
    {
        var library = Usable(client);
        await using var cluster = new Cluster();
        await cluster.StartAsync("--docker", "none");
        using var informer = Ran.Start(
            library.Program, [library.PathOf("informer.mjs")], library.Environment(cluster, "default"));
        try
        {
            await Create(cluster, "one");
            await Hears(informer, "add one");
            await cluster.KillAsync();
            await Hears(informer, "connect", "error");
            await cluster.StartAsync("--docker", "none");
            await Create(cluster, "two");
            Assert.DoesNotContain("add one", await Hears(informer, "add two"));

            await informer.StandardInput.WriteLineAsync("stop");
            await Hears(informer, "done stop");
            await Create(cluster, "three");
            await Delete(cluster, "one");
            await informer.StandardInput.WriteLineAsync("start");
            var heard = await Hears(informer, "delete one");
            Assert.Contains("add three", heard);
            Assert.DoesNotContain(heard, line => line.StartsWith("error", StringComparison.Ordinal));
            await Create(cluster, "four");
            await Hears(informer, "add four");
        }
        finally
        {
            if (!informer.HasExited) informer.Kill();
            await informer.WaitForExitAsync();
        }
    }

    private static ClientLibrary Usable(string client)
    {
        var library = ClientLibrary.All.Single(known => known.Name == client);
        Skip.If(library.WhyNot is not null, library.WhyNot);
        return library;
    }

    // The lines up to one of those awaited.
    private static async Task<List<string>> Hears(Process informer, params string[] awaited)
    {
        var heard = new List<string>();
        while (!heard.Any(line => awaited.Any(word => line.StartsWith(word, StringComparison.Ordinal))))
        {
            var line = await informer.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
            heard.Add(line ?? throw new Xunit.Sdk.XunitException(
                $"it ended before it said {awaited[0]}: {string.Join(", ", heard)}\n"
                + await informer.StandardError.ReadToEndAsync()));
        }
        return heard;
    }

    private static async Task Create(Cluster cluster, string name)
    {
        var (code, body) = await cluster.Send(
            HttpMethod.Post, "/api/v1/namespaces/default/configmaps", Given.ConfigMap(name, "1"));
        Assert.True(code == 201, $"{body}");
    }

    private static async Task Delete(Cluster cluster, string name)
    {
        var (code, body) = await cluster.Send(HttpMethod.Delete, $"/api/v1/namespaces/default/configmaps/{name}");
        Assert.True(code == 200, $"{body}");
    }
}
