using System.Text.RegularExpressions;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Simulated;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>Pods that a node runs from files, and their mirrors, in virtual time.</summary>
public sealed class StaticPodTests : IDisposable
{
    private const string Name = "web-node-1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("static-");
    private readonly SimulatedNode _node;
    private int _written;

    public StaticPodTests() => _node = new(
        options => options with { StaticPodDirectory = _folder.FullName },
        new SimulatedBehaviour("slow") { IsPresent = true, StopTime = TimeSpan.FromSeconds(8) });

    public void Dispose()
    {
        _node.Dispose();
        if (_folder.Exists) _folder.Delete(recursive: true);
    }

    [Fact]
    public void B24_A_manifest_runs_and_is_shown_by_a_mirror()
    {
        Write("web.yaml", Manifest("web", "plain"));
        _node.Start();
        _node.Advance(2);
        var mirror = _node.Cluster.Find(Name)!;
        mirror.Status.Phase.ShouldBe("Running", _node.Cluster.Show(Name));
        mirror.Spec.NodeName.ShouldBe("node-1");
        var marks = mirror.Metadata.Annotations;
        var hash = marks[MirrorPods.HashAnnotation];
        hash.ShouldMatch("^[0-9a-f]{32}$");
        (marks[MirrorPods.SourceAnnotation], marks[MirrorPods.MirrorAnnotation]).ShouldBe(("file", hash));
        marks[MirrorPods.SeenAnnotation].ShouldStartWith("2026-01-01T00:00:00.");
        marks["note"].ShouldBe("mine", "what the file says stays");
        mirror.Metadata.Uid.ShouldNotBe(hash, "the API has given the mirror a name of its own");
        mirror.Spec.Tolerations.ShouldContain(new Toleration { Operator = "Exists", Effect = "NoExecute" });
        _node.Containers().Count.ShouldBe(2);
        _node.Containers().ShouldAllBe(container => container.Labels[ContainerLabels.PodUid] == hash);
        _node.Cluster.Events.ShouldContain($"{Name} spec.containers{{c}} Normal Started: Started container c");
    }

    [Fact]
    public void B24_A_deleted_mirror_comes_back_and_no_container_notices()
    {
        Write("web.yaml", Manifest("web", "plain"));
        _node.Start();
        _node.Advance(2);
        var (before, first) = (_node.Running(), _node.Cluster.Find(Name)!);
        _node.Delete(Name);
        _node.Advance(0.5);
        _node.Cluster.Find(Name).ShouldBeNull("who waits for the deletion has to see it");
        _node.Advance(1);
        var second = _node.Cluster.Find(Name)!;
        second.Metadata.Uid.ShouldNotBe(first.Metadata.Uid);
        second.Metadata.DeletionTimestamp.ShouldBeNull();
        second.Status.Phase.ShouldBe("Running", "it says at once what runs");
        second.Status.StartTime.ShouldBe(first.Status.StartTime);
        _node.Do(() => _node.Cluster.ForgetAsync(Name));
        _node.Advance(1);
        _node.Cluster.Find(Name)!.Metadata.Uid.ShouldNotBe(second.Metadata.Uid, "deleted by force as well");
        _node.Running().ShouldBe(before);
    }

    [Fact]
    public void B24_What_is_written_to_a_mirror_reaches_no_container()
    {
        Write("web.yaml", Manifest("web", "plain"));
        _node.Start();
        _node.Advance(2);
        var (before, mirror) = (_node.Running(), _node.Cluster.Find(Name)!);
        _node.Apply(mirror with
        {
            Metadata = mirror.Metadata with { Generation = 2 },
            Spec = mirror.Spec with { Containers = [mirror.Spec.Containers[0] with { Image = "other" }] },
            Status = mirror.Status with { Phase = "Failed" },
        });
        _node.Advance(60);
        _node.Running().ShouldBe(before);
        _node.Restart();
        _node.Advance(60);
        _node.Running().ShouldBe(before, "a new agent believes the file as well");
        _node.Status(Name).Phase.ShouldBe("Running");
        // A mirror that claims to show something else is made anew.
        _node.Apply(mirror with
        {
            Metadata = mirror.Metadata with
            {
                Annotations = new Dictionary<string, string> { [MirrorPods.MirrorAnnotation] = "another" },
            },
        });
        _node.Advance(2);
        _node.Cluster.Find(Name)!.Metadata.Annotations[MirrorPods.MirrorAnnotation]
            .ShouldBe(mirror.Metadata.Annotations[MirrorPods.HashAnnotation]);
        _node.Running().ShouldBe(before);
    }

    [Fact]
    public void B24_A_changed_file_is_another_pod_that_waits_for_the_old_one()
    {
        Write("web.yaml", Manifest("web", "slow"));
        _node.Start();
        _node.Advance(2);
        var old = _node.Cluster.Find(Name)!;
        Write("web.yaml", Manifest("web", "plain"));
        _node.Advance(4);
        _node.Containers().Select(container => container.Image).ShouldNotContain("plain", "the old one is stopping");
        _node.Advance(10);
        var next = _node.Cluster.Find(Name)!;
        next.Metadata.Annotations[MirrorPods.HashAnnotation]
            .ShouldNotBe(old.Metadata.Annotations[MirrorPods.HashAnnotation]);
        next.Spec.Containers[0].Image.ShouldBe("plain");
        next.Status.Phase.ShouldBe("Running", _node.Cluster.Show(Name));
        _node.Containers().Count.ShouldBe(2);
        // The same text written again is the same pod.
        var before = _node.Running();
        Write("web.yaml", Manifest("web", "plain"));
        _node.Advance(5);
        _node.Running().ShouldBe(before);
    }

    [Fact]
    public void B24_A_removed_file_ends_its_pod_and_then_its_mirror()
    {
        Write("web.yaml", Manifest("web", "slow"));
        Write("other.json", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"other"},"spec":{"containers":[{"name":"c","image":"plain"}]}}""");
        _node.Start();
        _node.Advance(2);
        File.Delete(Path.Combine(_folder.FullName, "web.yaml"));
        _node.Advance(4);
        _node.Cluster.Find(Name).ShouldNotBeNull("it shows what still runs");
        _node.Advance(10);
        _node.Cluster.Find(Name).ShouldBeNull();
        _node.Cluster.Find("other-node-1")!.Status.Phase.ShouldBe("Running");
        _node.Containers().Count.ShouldBe(2);
        _folder.Delete(recursive: true);
        _node.Advance(10);
        _node.Containers().ShouldBeEmpty("a folder that is gone holds nothing");
        _node.Cluster.Find("other-node-1").ShouldBeNull();
    }

    [Theory]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: bad}\nspec: {containers: [{name: c, image: p, oops: 1}]}",
        "unknown field \"spec.containers[0].oops\"")]
    [InlineData("kind: Pod", "apiVersion")]
    [InlineData("{", "error converting YAML to JSON")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad}", "kind Pod")]
    [InlineData("apiVersion: v1\nkind: Pod\nspec: {containers: [{name: c, image: p}]}", "metadata.name is missing")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: bad}\nspec: {containers: []}", "spec.containers")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: bad}\nspec: {serviceAccountName: a, containers: [{name: c, image: p}]}",
        "static pods may not reference serviceaccounts")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: bad}\nspec: {containers: [{name: c, image: p, envFrom: [{configMapRef: {name: x}}]}]}",
        "static pods may not reference configmaps")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: bad}\nspec: {volumes: [{name: v, secret: {secretName: x}}], containers: [{name: c, image: p}]}",
        "static pods may not reference secrets")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: bad}\nspec: {volumes: [{name: v, persistentVolumeClaim: {claimName: x}}], containers: [{name: c, image: p}]}",
        "static pods may not reference persistentvolumeclaims")]
    public void B24_A_bad_file_is_told_and_the_others_go_on(string text, string why)
    {
        Write("bad.yaml", text);
        Write("web.yaml", Manifest("web", "plain"));
        Write(".hidden.yaml", Manifest("hidden", "plain"));
        Write("web.yaml~", Manifest("backup", "plain"));
        _folder.CreateSubdirectory("folder.yaml");
        _node.Start();
        _node.Advance(5);
        _node.Containers().Count.ShouldBe(2);
        _node.Status(Name).Phase.ShouldBe("Running");
        var told = _node.Cluster.Events.Where(text => text.Contains("FailedStaticPod")).ToList();
        told.Count.ShouldBe(1, "it is told once");
        told[0].ShouldMatch($"^node-1  Warning FailedStaticPod: static pod file bad.yaml: .*{Regex.Escape(why)}");
        Write("bad.yaml", Manifest("bad", "plain"));
        _node.Advance(3);
        _node.Status("bad-node-1").Phase.ShouldBe("Running", "put right, it runs");
    }

    [Fact]
    public void B24_A_file_that_turns_bad_leaves_its_pod_as_it_was()
    {
        Write("web.yaml", Manifest("web", "plain"));
        _node.Start();
        _node.Advance(2);
        var before = _node.Running();
        Write("web.yaml", "apiVersion: v1\nkind: Po");
        _node.Advance(5);
        _node.Running().ShouldBe(before, "it may be half written");
        _node.Cluster.Events.ShouldContain(text => text.Contains("FailedStaticPod: static pod file web.yaml"));
        Write("copy.yaml", Manifest("web", "plain"));
        _node.Advance(5);
        _node.Cluster.Events.Count(text => text.Contains("another file has a pod web-node-1 as well")).ShouldBe(1);
        _node.Containers().Count.ShouldBe(2);
    }

    [Fact]
    public void A10_Static_pods_run_while_the_API_says_nothing_and_are_adopted()
    {
        _node.Cluster.AreReportsRefused = true;
        Write("web.yaml", Manifest("web", "plain"));
        _node.Start();
        _node.Advance(5);
        var before = _node.Running();
        before.Split(' ').Length.ShouldBe(2);
        _node.Cluster.Find(Name).ShouldBeNull();
        Write("late.yaml", Manifest("late", "plain"));
        _node.Advance(5);
        _node.Containers().Count.ShouldBe(4, "a new file is no business of the API's");
        _node.Cluster.AreReportsRefused = false;
        _node.Advance(40);
        _node.Status(Name).Phase.ShouldBe("Running", _node.Cluster.Show(Name));
        _node.Status("late-node-1").Phase.ShouldBe("Running");
        var running = _node.Running();
        _node.Restart();
        _node.Advance(40);
        _node.Running().ShouldBe(running);
        foreach (var id in before.Split(' ')) running.ShouldContain(id);
        _node.Engine.Crash(_node.IdOf(Name), 1);
        _node.Settle();
        _node.Advance(5);
        _node.Container(Name).RestartCount.ShouldBe(1, "it restarts as any pod does");
    }

    [Fact]
    public void A10_Mirrors_of_an_earlier_folder_go_with_their_containers()
    {
        Write("web.yaml", Manifest("web", "slow"));
        _node.Start();
        _node.Advance(2);
        _node.Do(_node.Cluster.StopAgentAsync);
        File.Delete(Path.Combine(_folder.FullName, "web.yaml"));
        _node.Start();
        _node.Advance(5);
        _node.Cluster.Find(Name).ShouldNotBeNull();
        _node.Advance(10);
        _node.Cluster.Find(Name).ShouldBeNull();
        _node.Containers().ShouldBeEmpty();
    }

    private static string Manifest(string name, string image) =>
        $"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  annotations: {{note: mine}}\n"
        + $"spec:\n  containers:\n  - name: c\n    image: {image}\n    imagePullPolicy: IfNotPresent\n";

    // Time on the disk is not the test's: each writing is a second later than the one before.
    private void Write(string file, string text)
    {
        var path = Path.Combine(_folder.FullName, file);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(++_written));
    }
}
