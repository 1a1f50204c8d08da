namespace Orchestrator.Simulations.Tests;

/// <summary>Claims that are made for pods and go with them, while silos, machines and stores fail.</summary>
public sealed class PodOwnClaimTests
{
    private const string Manifest = """
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata:
          name: local
          annotations: { storageclass.kubernetes.io/is-default-class: "true" }
        provisioner: orchestrator.io/local
        reclaimPolicy: Delete
        volumeBindingMode: WaitForFirstConsumer
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: web }
        spec:
          replicas: 4
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec:
              containers:
              - name: main
                image: app/main:1
                volumeMounts: [{ name: scratch, mountPath: /scratch }]
              volumes:
              - name: scratch
                ephemeral:
                  volumeClaimTemplate:
                    metadata: { labels: { of: web } }
                    spec:
                      accessModes: [ReadWriteOnce]
                      resources: { requests: { storage: 1Gi } }
        """;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 3)]
    public void B58_every_pod_has_its_claim_and_none_is_left_of_those_that_are_gone(int seed, int silos)
    {
        using var log = new StringWriter();
        var result = Simulation.Run(new SimulationOptions
        {
            Seed = seed,
            Silos = silos,
            Duration = TimeSpan.FromMinutes(20),
            Objects = Manifests.Read(Manifest),
            Log = log,
        });
        Assert.True(result.Violation is null, result.Violation);
        var bound = log.ToString().Split('\n').Where(line => line.Contains("persistentvolumeclaims/default/web-")
            && line.Contains(" Bound pvc-")).ToList();
        Assert.True(bound.Count >= 4, $"four pods have claims of their own, and {bound.Count} lines say so");
        Assert.All(bound, line => Assert.Contains("-scratch", line, StringComparison.Ordinal));
    }
}
