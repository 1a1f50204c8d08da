using System.Text;

namespace Orchestrator.Simulations.Tests;

/// <summary>Probes in a whole cluster in virtual time, with faults.</summary>
public sealed class ProbeTests
{
    private const string Objects = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: probed }
        spec:
          replicas: 4
          selector: { matchLabels: { app: probed } }
          template:
            metadata: { labels: { app: probed } }
            spec:
              containers:
              - name: web
                image: app/web:1
                env:
                - { name: SIMULATED_STARTUP, value: "2" }
                - { name: SIMULATED_READINESS, value: "7" }
                startupProbe: { tcpSocket: { port: 80 }, periodSeconds: 1 }
                readinessProbe: { httpGet: { port: 80 }, periodSeconds: 3 }
                livenessProbe: { exec: { command: ["true"] } }
        """;

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 3)]
    public void B11_the_same_seed_gives_the_same_looks(int seed, int silos)
    {
        var options = Seeds.OptionsOf(seed) with { Silos = silos, Duration = TimeSpan.FromMinutes(20) };
        var (first, second) = ("", "");
        Parallel.Invoke(() => first = LogOf(options), () => second = LogOf(options));
        Assert.Contains("Readiness probe failed: the simulated container is not well", first, StringComparison.Ordinal);
        Assert.Equal(first, second);
    }

    private static string LogOf(SimulationOptions options)
    {
        var log = new StringBuilder();
        using var writer = new StringWriter(log);
        Simulation.Run(options with { Log = writer, Objects = Manifests.Read(Objects) });
        return log.ToString();
    }
}
