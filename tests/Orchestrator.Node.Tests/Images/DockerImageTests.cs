using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Images;
using Orchestrator.Nodes.Tests.Docker;
using Orchestrator.Nodes.Tests.Pods;

namespace Orchestrator.Nodes.Tests.Images;

/// <summary>Images of pods, from registries on this machine, through the real engine.</summary>
public sealed class DockerImageTests(DockerFixture docker) : IClassFixture<DockerFixture>, IAsyncLifetime
{
    private const string Forever = "cat /version; trap 'exit 0' TERM; while true; do sleep 0.1; done";

    private static readonly byte[] BusyBox = File.Exists("/bin/busybox") ? RegistryImage.Base() : [];

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("images");
    private readonly string _label = $"test/images-{System.Environment.ProcessId}-{System.Environment.TickCount64}";
    private readonly List<TestRegistry> _registries = [];
    private readonly List<string> _extraNames = [];
    private TestCluster? _cluster;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        if (docker.Absence is null)
        {
            await using var runtime = docker.NewRuntime(_label);
            foreach (var left in await runtime.ListAsync(default)) await runtime.RemoveAsync(left.Id, default);
            foreach (var image in await runtime.ListImagesAsync(default))
            {
                if (image.Tags.Concat(image.Digests).Any(IsOurs)) await runtime.RemoveImageAsync(image, default);
            }
        }
        foreach (var registry in _registries) await registry.DisposeAsync();
        _files.Delete(recursive: true);
    }

    [SkippableFact]
    public async Task A12_Always_resolves_the_tag_anew_and_keeps_the_layers_and_IfNotPresent_asks_nobody()
    {
        var registry = await StartAsync(RegistryDoor.Open);
        registry.Put("team/app:1", RegistryImage.Of(BusyBox, RegistryImage.Layer("version", "one\n")));
        var image = $"{registry.Host}/team/app:1";
        await _cluster!.ApplyAsync(Pod("first", image, "Always"));
        var first = await RunningAsync("first");
        registry.Count("blob").ShouldBe(3, "two layers and the config");
        registry.Put("team/app:1", RegistryImage.Of(BusyBox, RegistryImage.Layer("version", "two\n")));
        var manifests = registry.Count("manifest");
        await _cluster.ApplyAsync(Pod("calm", image, "IfNotPresent"));
        var calm = await RunningAsync("calm");
        calm.ImageID.ShouldBe(first.ImageID);
        registry.Count("manifest").ShouldBe(manifests);
        await _cluster.ApplyAsync(Pod("second", image, "Always"));
        var second = await RunningAsync("second");
        registry.Count("blob").ShouldBe(5, "the new layer and the new config; busybox is there");
        first.ImageID.ShouldStartWith($"docker-pullable://{registry.Host}/team/app@sha256:");
        second.ImageID.ShouldStartWith($"docker-pullable://{registry.Host}/team/app@sha256:");
        second.ImageID.ShouldNotBe(first.ImageID);
        (first.Image, second.Image).ShouldBe((image, image));
        (await LogAsync(first), await LogAsync(second)).ShouldBe(("one\n", "two\n"));
        _cluster.Events.ShouldContain($"calm spec.containers{{c}} Normal Pulled: Container image \"{image}\" already "
            + "present on machine");
        _cluster.Events.Single(text => text.StartsWith("second") && text.Contains("Normal Pulled: ")).ShouldMatch(
            @"Successfully pulled image "".*"" in [\d.]+m?s \([\d.]+m?s including waiting\)\. Image size: \d{6,} bytes\.");
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A12_pull_secrets_open_a_private_registry(bool isBearer)
    {
        var registry = await StartAsync(isBearer ? RegistryDoor.Bearer : RegistryDoor.Basic);
        registry.Put("private/app:1", RegistryImage.Of(BusyBox, RegistryImage.Layer("version", "mine\n")));
        var image = $"{registry.Host}/private/app:1";
        var file = LoginFile.Old($"{registry.Host}/private", TestRegistry.User, TestRegistry.Password);
        _cluster!.Secrets["newer"] = Secret(
            "kubernetes.io/dockerconfigjson", ".dockerconfigjson", LoginFile.Framed(file));
        _cluster.Secrets["older"] = Secret("kubernetes.io/dockercfg", ".dockercfg", file);
        await _cluster.ApplyAsync(Pod("none", image, "Always"));
        await _cluster.ApplyAsync(Pod("newer", image, "Always", "absent", "newer"));
        await _cluster.ApplyAsync(Pod("older", image, "Always", "older"));
        await RunningAsync("newer");
        await RunningAsync("older");
        var refused = await UntilAsync("none",
            status => status.ContainerStatuses is [{ State.Waiting.Reason: "ErrImagePull" or "ImagePullBackOff" }]);
        refused.Phase.ShouldBe("Pending");
        _cluster.Events.ShouldContain("newer  Warning FailedToRetrieveImagePullSecret: Unable to retrieve some image pull "
            + "secrets (absent); attempting to pull the image may not succeed.");
        _cluster.Events.ShouldContain("none spec.containers{c} Warning Failed: Error: ErrImagePull");
        var told = string.Join('\n', _cluster.Events.Concat(_cluster.Explanations)) + _cluster.Show("none");
        told.ShouldNotContain(TestRegistry.Password);
    }

    [SkippableFact]
    public async Task A12_credentials_of_the_node_and_mirrors_serve_every_pod()
    {
        var registry = await StartAsync(RegistryDoor.Basic, host => new ImageOptions
        {
            CredentialsFile = Path.Combine(_files.FullName, "auth.json"),
            Mirrors = new RegistryMirrors(new Dictionary<string, IReadOnlyList<string>>
            {
                ["registry.invalid"] = ["http://127.0.0.1:1", $"http://{host}/all/"],
            }),
        });
        await File.WriteAllTextAsync(Path.Combine(_files.FullName, "auth.json"),
            LoginFile.New(registry.Host, TestRegistry.User, TestRegistry.Password));
        var tagged = RegistryImage.Of(BusyBox, RegistryImage.Layer("version", "tagged\n"));
        var pinned = RegistryImage.Of(BusyBox, RegistryImage.Layer("version", "pinned\n"));
        registry.Put("all/team/app:1", tagged);
        registry.Put("all/team/app:2", pinned);
        _extraNames.Add("registry.invalid/");
        var byDigest = $"registry.invalid/team/app@{pinned.Digest}";
        await _cluster!.ApplyAsync(Pod("tagged", "registry.invalid/team/app:1", "IfNotPresent"));
        await _cluster.ApplyAsync(Pod("pinned", byDigest, "IfNotPresent"));
        var status = await RunningAsync("tagged");
        status.Image.ShouldBe("registry.invalid/team/app:1");
        status.ImageID.ShouldEndWith(tagged.Digest);
        (await LogAsync(status)).ShouldBe("tagged\n");
        status = await RunningAsync("pinned");
        status.Image.ShouldBe(byDigest);
        status.ImageID.ShouldEndWith(pinned.Digest);
        (await LogAsync(status)).ShouldBe("pinned\n");
        var asked = registry.Requests.Count;
        await _cluster.ApplyAsync(Pod("again", byDigest, "Never"));
        (await RunningAsync("again")).Image.ShouldBe(byDigest);
        registry.Requests.Count.ShouldBe(asked);
    }

    [SkippableFact]
    public async Task A12_pods_that_want_the_same_share_a_pull_that_says_how_far_it_is()
    {
        var registry = await StartAsync(RegistryDoor.Open, _ => new ImageOptions
        {
            ProgressPeriod = TimeSpan.FromMilliseconds(1),
        });
        var image = RegistryImage.Of(
            BusyBox, RegistryImage.Layer("version", "shared\n"), RegistryImage.Layer("tmp/much", 8 << 20));
        registry.Put("app:1", image);
        using var manifest = System.Text.Json.JsonDocument.Parse(image.Manifest);
        var layer = manifest.RootElement.GetProperty("layers")[2].GetProperty("digest").GetString()!;
        var hold = registry.Hold(layer);
        var name = $"{registry.Host}/app:1";
        await _cluster!.ApplyAsync(Pod("one", name, "Always"));
        await _cluster.ApplyAsync(Pod("two", name, "Always"));
        foreach (var pod in new[] { "one", "two" })
        {
            var waiting = await UntilAsync(pod, status => status.ContainerStatuses is
                [{ State.Waiting.Message: { } message }] && message.Contains("MB of "));
            waiting.ContainerStatuses[0].State!.Waiting!.Reason.ShouldBe("ContainerCreating");
            waiting.ContainerStatuses[0].State!.Waiting!.Message!.ShouldMatch(
                @$"^Pulling image ""{name}"": [\d.]+[kM]?B of [\d.]+MB, \d of \d layers done$");
        }
        hold.SetResult();
        await RunningAsync("one");
        await RunningAsync("two");
        registry.Requests.Where(request => request.StartsWith("blob")).ShouldBeUnique();
        registry.Count("manifest").ShouldBeLessThanOrEqualTo(2, "one to resolve and one to get, at most");
        _cluster.Events.ShouldContain(text => text.Contains("Normal Pulling: ") && text.Contains("MB of "));
    }

    [SkippableFact]
    public async Task A12_a_pull_that_stands_still_is_cancelled_and_tried_again()
    {
        var registry = await StartAsync(RegistryDoor.Open, _ => new ImageOptions
        {
            PullSilenceMax = TimeSpan.FromSeconds(4),
        });
        var image = RegistryImage.Of(
            BusyBox, RegistryImage.Layer("version", "late\n"), RegistryImage.Layer("tmp/much", 4 << 20));
        registry.Put("app:1", image);
        using var manifest = System.Text.Json.JsonDocument.Parse(image.Manifest);
        var hold = registry.Hold(manifest.RootElement.GetProperty("layers")[2].GetProperty("digest").GetString()!);
        await _cluster!.ApplyAsync(Pod("late", $"{registry.Host}/app:1", "Always"));
        // The status says so only until the next pull; what was told stays.
        await ToldAsync("the pull made no progress for 4s and was cancelled, at ");
        await ToldAsync("Error: ErrImagePull");
        hold.SetResult();
        (await LogAsync(await RunningAsync("late"))).ShouldBe("late\n");
        await ToldAsync("Error: ImagePullBackOff");
    }

    [SkippableFact]
    public async Task B1_image_removal_takes_every_name_and_stops_at_what_is_used()
    {
        var registry = await StartAsync(RegistryDoor.Open);
        registry.Put("app:1", RegistryImage.Of(BusyBox, RegistryImage.Layer("version", "used\n")));
        registry.Put("app:2", RegistryImage.Of(BusyBox, RegistryImage.Layer("version", "free\n")));
        await using var runtime = docker.NewRuntime(_label);
        await runtime.PullImageAsync(new ImagePull($"{registry.Host}/app:2"), default);
        await runtime.PullImageAsync(
            new ImagePull($"{registry.Host}/app:2") { KeepAs = $"{registry.Host}/other:2" }, default);
        await _cluster!.ApplyAsync(Pod("user", $"{registry.Host}/app:1", "Always"));
        await RunningAsync("user");
        var images = (await runtime.ListImagesAsync(default)).Where(image => image.Tags.Any(IsOurs)).ToList();
        var used = images.Single(image => image.IsUsed);
        used.Tags.ShouldBe([$"{registry.Host}/app:1"]);
        var free = images.Single(image => !image.IsUsed);
        free.Tags.Order().ShouldBe([$"{registry.Host}/app:2", $"{registry.Host}/other:2"]);
        free.Digests.ShouldContain(digest => digest.StartsWith($"{registry.Host}/app@sha256:"));
        free.SizeBytes.ShouldBeGreaterThan(BusyBox.Length / 2);
        await Should.ThrowAsync<RuntimeRefusedException>(() => runtime.RemoveImageAsync(used, default));
        await runtime.RemoveImageAsync(free, default);
        await runtime.RemoveImageAsync(free, default);
        (await runtime.ListImagesAsync(default)).Where(image => image.Tags.Concat(image.Digests).Any(IsOurs))
            .ShouldHaveSingleItem().Id.ShouldBe(used.Id);
        var disk = await runtime.ReadDiskAsync(default);
        if (disk is not null) disk.AvailableBytes.ShouldBeInRange(1, disk.CapacityBytes);
    }

    // Each line takes about 80 bytes in the file: 400 fill two files, 4000 more than there may be.
    [SkippableTheory]
    [InlineData(400, 400, 400)]
    [InlineData(4000, 600, 1500)]
    public async Task Logs_are_read_whole_across_rotated_files(int written, int keptMin, int keptMax)
    {
        docker.Need();
        await using var runtime = new DockerRuntime(
            DockerFixture.Endpoint, _label, docker.Options with { LogMaxBytes = 20_000, LogMaxFiles = 5 },
            TimeProvider.System, NullLogger<DockerRuntime>.Instance);
        var id = await runtime.CreateAsync(
            docker.Shell($"for i in $(seq 1 {written}); do echo line $i; done"), default);
        await runtime.StartAsync(id, default);
        await docker.ExitedAsync(id);
        using var output = new MemoryStream();
        await runtime.CopyLogsAsync(id, new LogQuery(), output, default);
        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBeInRange(keptMin, keptMax);
        lines.ShouldBe(Enumerable.Range(written + 1 - lines.Length, lines.Length).Select(number => $"line {number}"));
    }

    private bool IsOurs(string name) =>
        _registries.Any(registry => name.StartsWith($"{registry.Host}/", StringComparison.Ordinal))
        || _extraNames.Any(extra => name.StartsWith(extra, StringComparison.Ordinal));

    private async Task<TestRegistry> StartAsync(RegistryDoor door, Func<string, ImageOptions>? options = null)
    {
        docker.Need();
        var registry = await new TestRegistry(door).StartAsync();
        _registries.Add(registry);
        _cluster = NewCluster(options is null ? new ImageOptions() : options(registry.Host));
        await _cluster.StartAgentAsync();
        return registry;
    }

    private TestCluster NewCluster(ImageOptions images) => new(
        () => docker.NewRuntime(_label),
        new NodeAgentOptions
        {
            NodeName = "node-1",
            HostIP = "10.9.8.7",
            DataDirectory = _files.FullName,
            ProgressDelay = TimeSpan.FromMilliseconds(50),
            Images = images,
        },
        TimeProvider.System);

    private static Pod Pod(string name, string image, string policy, params string[] secrets) =>
        GivenPod.Of(name, GivenPod.Shell("c", Forever) with { Image = image, ImagePullPolicy = policy })
            .With(spec => spec with
            {
                TerminationGracePeriodSeconds = 1,
                ImagePullSecrets = [.. secrets.Select(secret => new LocalObjectReference { Name = secret })],
            });

    private static Secret Secret(string type, string key, string file) => new()
    {
        Type = type,
        Data = new Dictionary<string, byte[]> { [key] = Encoding.UTF8.GetBytes(file) },
    };

    private async Task<ContainerStatus> RunningAsync(string name) => (await UntilAsync(
        name, status => status.ContainerStatuses is [{ State.Running: not null }])).ContainerStatuses[0];

    private Task<string> ToldAsync(string part) => Eventually.AsyncTrue(
        part, () => Task.FromResult<string?>(string.Join('\n', _cluster!.Events)), told => told!.Contains(part));

    private async Task<PodStatus> UntilAsync(string name, Func<PodStatus, bool> holds)
    {
        try
        {
            return await Eventually.AsyncTrue($"pod {name}", () => Task.FromResult(_cluster!.Find(name)?.Status),
                status => status is not null && holds(status));
        }
        catch (TimeoutException late)
        {
            throw new InvalidOperationException($"pod {name} did not get there: {_cluster!.Show(name)}", late);
        }
    }

    private async Task<string> LogAsync(ContainerStatus status)
    {
        await using var runtime = docker.NewRuntime(_label);
        return await Eventually.AsyncTrue("it has said its version", async () =>
        {
            using var output = new MemoryStream();
            await runtime.CopyLogsAsync(status.ContainerID!["docker://".Length..], new LogQuery(), output, default);
            return Encoding.UTF8.GetString(output.ToArray());
        }, text => text!.Length > 0);
    }
}
