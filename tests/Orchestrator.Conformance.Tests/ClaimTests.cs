using System.Text.Json.Nodes;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>Storage that outlives pods, with the real kubectl and real containers.</summary>
[Collection(nameof(SharedCluster))]
public sealed class ClaimTests(SharedCluster shared)
{
    private readonly Cluster _cluster = shared.Cluster;

    [Fact]
    public async Task B58_data_survive_the_pod_and_go_with_the_claim()
    {
        Assert.Matches(@"local \(default\) +orchestrator.io/local +Delete +WaitForFirstConsumer +true +\d",
            (await _cluster.Kubectl("get", "storageclass")).Ok());
        await Apply(Claim("data", null));
        await Table("pvc", "data", @"^data +Pending +local +<unset> +\d");
        await Apply(Using("writer", "data", "echo kept > /kept/file; sync"));
        await Ended("writer");
        await Table("pvc", "data", @"^data +Bound +pvc-[0-9a-f-]+ +1Gi +RWO +local +<unset> +\d");
        var volume = (string)(await _cluster.Get("/api/v1/namespaces/default/persistentvolumeclaims/data"))["spec"]![
            "volumeName"]!;
        await Table("pv", volume, $@"^{volume} +1Gi +RWO +Delete +Bound +default/data +local +<unset> +\d");
        var file = Path.Combine(Folder(volume), "file");
        Assert.Equal("kept\n", await File.ReadAllTextAsync(file));
        (await _cluster.Kubectl("delete", "pod", "writer")).Ok();
        await Apply(Using("reader", "data", "grep kept /kept/file"));
        await Ended("reader");
        Assert.Contains("Used By:       reader", (await _cluster.Kubectl("describe", "pvc", "data")).Ok());

        (await _cluster.Kubectl("delete", "pvc", "data", "--wait=false")).Ok();
        await Table("pvc", "data", "^data +Terminating");
        Assert.True(File.Exists(file), "it is in use");
        (await _cluster.Kubectl("delete", "pod", "reader")).Ok();
        (await _cluster.Kubectl("wait", "--for=delete", "pvc/data", $"pv/{volume}", "--timeout=30s")).Ok();
        Assert.False(Directory.Exists(Folder(volume)));
    }

    [Fact]
    public async Task B58_data_of_a_class_that_retains_stay_when_the_claim_goes()
    {
        await Apply(new JsonObject
        {
            ["apiVersion"] = "storage.k8s.io/v1",
            ["kind"] = "StorageClass",
            ["metadata"] = new JsonObject { ["name"] = "keep" },
            ["provisioner"] = "orchestrator.io/local",
            ["reclaimPolicy"] = "Retain",
        });
        await Apply(Claim("kept", "keep"));
        await Table("pvc", "kept", "^kept +Bound");
        var volume = (string)(await _cluster.Get("/api/v1/namespaces/default/persistentvolumeclaims/kept"))["spec"]![
            "volumeName"]!;
        await Apply(Using("once", "kept", "echo stays > /kept/file"));
        await Ended("once");
        (await _cluster.Kubectl("delete", "pod/once", "pvc/kept")).Ok();
        await Table("pv", volume, $@"^{volume} +1Gi +RWO +Retain +Released +default/kept +keep");
        (await _cluster.Kubectl("delete", "pv", volume)).Ok();
        Assert.Equal("stays\n", await File.ReadAllTextAsync(Path.Combine(Folder(volume), "file")));
        (await _cluster.Kubectl("delete", "storageclass", "keep")).Ok();
        Directory.Delete(Folder(volume), recursive: true);
    }

    [Fact]
    public async Task B58_a_claim_that_comes_with_its_pod_goes_with_it()
    {
        await Apply(Claim("own-kept", null));
        var pod = Using("own", "", "echo mine > /kept/file");
        pod["spec"]!["volumes"] = new JsonArray(new JsonObject
        {
            ["name"] = "kept",
            ["ephemeral"] = new JsonObject
            {
                ["volumeClaimTemplate"] = new JsonObject { ["spec"] = Claim("", null)["spec"]!.DeepClone() },
            },
        });
        var applied = await _cluster.KubectlWith(pod.ToJsonString(), "apply", "-f", "-");
        applied.Ok();
        Assert.DoesNotContain("Warning", applied.Error, StringComparison.Ordinal);
        await Eventually.Async(async () =>
        {
            var text = (await _cluster.Kubectl("describe", "pod", "own")).Ok();
            const string why = "PVC default/own-kept was not created for pod default/own (pod is not owner)";
            return System.Text.RegularExpressions.Regex.IsMatch(text, @"Warning +FailedBinding .*ephemeral_volume")
                && text.Contains($"ephemeral volume kept: {why}", StringComparison.Ordinal)
                && text.Contains($"0/1 nodes are available: {why}", StringComparison.Ordinal) ? null : text;
        });
        // kubectl waits for a name, and the pod's own claim takes it within the same moment.
        (await _cluster.Kubectl("delete", "pvc", "own-kept", "--wait=false")).Ok();
        await Ended("own");
        await Table("pvc", "own-kept", "^own-kept +Bound +pvc-");
        var described = (await _cluster.Kubectl("describe", "pvc", "own-kept")).Ok();
        Assert.Matches("Used By: +own\n", described);
        Assert.Matches("Type: +EphemeralVolume", (await _cluster.Kubectl("describe", "pod", "own")).Ok());
        var volume = (string)(await _cluster.Get("/api/v1/namespaces/default/persistentvolumeclaims/own-kept"))["spec"]![
            "volumeName"]!;
        Assert.Equal("mine\n", await File.ReadAllTextAsync(Path.Combine(Folder(volume), "file")));
        (await _cluster.Kubectl("delete", "pod", "own")).Ok();
        (await _cluster.Kubectl("wait", "--for=delete", "pvc/own-kept", $"pv/{volume}", "--timeout=30s")).Ok();
        Assert.False(Directory.Exists(Folder(volume)));
    }

    [Fact]
    public async Task B58_a_claim_for_blocks_is_told_that_there_are_none()
    {
        var claim = Claim("blocks", null);
        claim["spec"]!["volumeMode"] = "Block";
        var applied = await _cluster.KubectlWith(claim.ToJsonString(), "apply", "-f", "-");
        applied.Ok();
        Assert.Contains("Warning: spec.volumeMode: known and stored, but not acted on", applied.Error);
        await Apply(Using("of-blocks", "blocks", "true"));
        const string why = "volumes of this class are directories: volumeMode Block cannot be had, use Filesystem";
        await Eventually.Async(async () =>
        {
            var (pvc, pod) = ((await _cluster.Kubectl("describe", "pvc", "blocks")).Ok(),
                (await _cluster.Kubectl("describe", "pod", "of-blocks")).Ok());
            return System.Text.RegularExpressions.Regex.IsMatch(pvc, $"Warning +ProvisioningFailed .*{why}")
                && pod.Contains($"provisioning failed for PVC \"blocks\": {why}", StringComparison.Ordinal)
                ? null : $"{pvc}\n{pod}";
        });
        (await _cluster.Kubectl("delete", "pod/of-blocks", "pvc/blocks")).Ok();
    }

    private string Folder(string volume) =>
        Path.Combine(_cluster.DataDirectory, "nodes", _cluster.NodeName, "volumes", volume);

    private Task Table(string kind, string name, string pattern) => Eventually.Async(async () =>
    {
        var table = (await _cluster.Kubectl("get", kind, name, "--no-headers")).Ok();
        return System.Text.RegularExpressions.Regex.IsMatch(table, pattern) ? null : table;
    });

    private Task Ended(string pod) => Eventually.Async(async () =>
    {
        var phase = (string?)(await _cluster.Get($"/api/v1/namespaces/default/pods/{pod}"))["status"]!["phase"];
        return phase == "Succeeded" ? null : (await _cluster.Kubectl("describe", "pod", pod)).Output;
    });

    private async Task Apply(JsonObject manifest) =>
        (await _cluster.KubectlWith(manifest.ToJsonString(), "apply", "-f", "-")).Ok();

    private static JsonObject Claim(string name, string? storage)
    {
        var spec = new JsonObject
        {
            ["accessModes"] = new JsonArray("ReadWriteOnce"),
            ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = "1Gi" } },
        };
        if (storage is not null) spec["storageClassName"] = storage;
        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "PersistentVolumeClaim",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = spec,
        };
    }

    private static JsonObject Using(string name, string claim, string script)
    {
        var pod = Given.Pod(name, ("main", script));
        var spec = pod["spec"]!;
        spec["restartPolicy"] = "Never";
        spec["volumes"] = new JsonArray(new JsonObject
        {
            ["name"] = "kept",
            ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = claim },
        });
        spec["containers"]![0]!["volumeMounts"] =
            new JsonArray(new JsonObject { ["name"] = "kept", ["mountPath"] = "/kept" });
        return pod;
    }
}
