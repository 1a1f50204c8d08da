using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>What processes of real containers find in their environment.</summary>
public sealed class PodEnvironmentTests(DockerFixture docker) : DockerPodScene(docker), IClassFixture<DockerFixture>
{
    private readonly AdvancedClock _clock = new();

    protected override TimeProvider Time => _clock;

    [SkippableFact]
    public async Task B15_Words_are_expanded_by_earlier_variables_only()
    {
        await StartAsync();
        await Cluster.ApplyAsync(Once("words", "", container => container with
        {
            Command = ["/bin/echo", "$(A)", "$(LATE)", "$$(A)", "$(NONE)"],
            Env = [new() { Name = "A", Value = "a" }, new() { Name = "B", Value = "$(LATE)" },
                new() { Name = "LATE", Value = "late" }],
        }));
        // The image's own CMD is "cmd", its ENTRYPOINT "/bin/echo entry".
        await Cluster.ApplyAsync(Once("args", "", container => container with { Command = [], Args = ["given"] }));
        await Cluster.ApplyAsync(Once("none", "", container => container with { Command = [] }));
        await Cluster.ApplyAsync(Once("alone", "", container => container with { Command = ["/bin/echo", "alone"] }));
        await Cluster.ApplyAsync(Once("late", "echo $B", container => container with
        {
            Env = [new() { Name = "B", Value = "$(LATE)" }, new() { Name = "LATE", Value = "late" }],
        }));
        (await OutputAsync("words")).ShouldBe("a late $(A) $(NONE)\n");
        (await OutputAsync("args")).ShouldBe("entry given\n");
        (await OutputAsync("none")).ShouldBe("entry cmd\n");
        (await OutputAsync("alone")).ShouldBe("alone\n", "a command drops the image's arguments");
        (await OutputAsync("late")).ShouldBe("$(LATE)\n");
    }

    [SkippableFact]
    public async Task B16_Sources_come_in_order_and_variables_win()
    {
        await StartAsync();
        Cluster.ConfigMaps["one"] = Map(("A", "1"), ("B", "1"), ("1=2", "bad"));
        Cluster.ConfigMaps["two"] = Map(("B", "2"));
        Cluster.Secrets["sec"] = new() { Data = new Dictionary<string, byte[]> { ["C"] = "3"u8.ToArray() } };
        await Cluster.ApplyAsync(Once("env", "echo $A $B $C $P_B $OPT.", container => container with
        {
            EnvFrom =
            [
                new() { ConfigMapRef = new() { Name = "one" } }, new() { ConfigMapRef = new() { Name = "two" } },
                new() { ConfigMapRef = new() { Name = "two" }, Prefix = "P_" },
                new() { SecretRef = new() { Name = "sec" } },
                new() { SecretRef = new() { Name = "absent", Optional = true } },
            ],
            Env =
            [
                new() { Name = "A", Value = "env" },
                new()
                {
                    Name = "OPT",
                    ValueFrom = new() { ConfigMapKeyRef = new() { Name = "one", Key = "no", Optional = true } },
                },
            ],
        }));
        (await OutputAsync("env")).ShouldBe("env 2 3 2 .\n");
        Cluster.Events.ShouldContain("env spec.containers{c} Warning InvalidEnvironmentVariableNames: Keys [1=2] from "
            + "the EnvFrom configMap default/one were skipped since they are considered invalid environment variable "
            + "names.");
    }

    [SkippableFact]
    public async Task B16_What_is_missing_is_waited_for_and_comes_at_once()
    {
        await StartAsync();
        await Cluster.ApplyAsync(Always("key", Forever, container => container with
        {
            Env = [new() { Name = "A", ValueFrom = new() { ConfigMapKeyRef = new() { Name = "m", Key = "k" } } }],
        }));
        await Cluster.ApplyAsync(Always("all", Forever, container => container with
        {
            EnvFrom = [new() { SecretRef = new() { Name = "s" } }],
        }));
        (await Waiting("key")).ShouldBe("CreateContainerConfigError configmap \"m\" not found");
        (await Waiting("all")).ShouldBe("CreateContainerConfigError secret \"s\" not found");
        Cluster.Events.ShouldContain("key spec.containers{c} Warning Failed: Error: configmap \"m\" not found");
        Cluster.ConfigMaps["m"] = Map(("other", "1"));
        await Cluster.NoticeAsync("ConfigMap", "m");
        await UntilAsync("key", status => status.ContainerStatuses[0].State?.Waiting?.Message
            == "couldn't find key k in ConfigMap default/m");
        Cluster.ConfigMaps["m"] = Map(("k", "1"));
        Cluster.Secrets["s"] = new();
        await Cluster.NoticeAsync("ConfigMap", "m");
        await Cluster.NoticeAsync("Secret", "s");
        await RunningAsync("key");
        await RunningAsync("all");

        async Task<string> Waiting(string name)
        {
            var status = await UntilAsync(name, status => status.ContainerStatuses is [
                {
                    State.Waiting.Reason:
                "CreateContainerConfigError"
                }]);
            var waiting = status.ContainerStatuses[0].State!.Waiting!;
            return $"{waiting.Reason} {waiting.Message}";
        }
    }

    [SkippableFact]
    public async Task B17_The_pod_tells_of_itself_frozen_in_variables_and_fresh_in_files()
    {
        await StartAsync();
        EnvVar Field(string name, string path) =>
            new() { Name = name, ValueFrom = new() { FieldRef = new() { FieldPath = path } } };
        EnvVar Resource(string name, string resource, string? divisor = null) => new()
        {
            Name = name,
            ValueFrom = new()
            {
                ResourceFieldRef = new()
                {
                    Resource = resource,
                    Divisor = divisor is null ? null : Quantity.Parse(divisor),
                },
            },
        };
        const string script = "echo $NAME $NODE $HOST $MINE $UP $CPU; [ $IP = $(hostname -i) ] && echo own; "
            + "while true; do echo $MINE $(cat /pod/mine) $(cat /pod/mem); sleep 0.1; done";
        var pod = Always("self", $"trap 'exit 0' TERM; {script}", container => container with
        {
            Resources = new() { Limits = new Dictionary<string, Quantity> { ["memory"] = Quantity.Parse("33000k") } },
            VolumeMounts = [new() { Name = "pod", MountPath = "/pod" }],
            Env =
            [
                Field("NAME", "metadata.name"), Field("NODE", "spec.nodeName"), Field("HOST", "status.hostIP"),
                Field("IP", "status.podIP"), Field("MINE", "metadata.labels['mine']"),
                Resource("UP", "limits.memory", "1Mi"), Resource("CPU", "limits.cpu"),
            ],
        });
        pod = pod.With(spec => spec with
        {
            Volumes =
            [
                new()
                {
                    Name = "pod",
                    DownwardAPI = new()
                    {
                        Items =
                        [
                            new() { Path = "mine", FieldRef = new() { FieldPath = "metadata.labels['mine']" } },
                            new()
                            {
                                Path = "mem",
                                ResourceFieldRef = new() { ContainerName = "c", Resource = "limits.memory" },
                            },
                        ],
                    },
                },
            ],
        });
        pod = pod with { Metadata = pod.Metadata with { Labels = Label("old") } };
        await Cluster.ApplyAsync(pod);
        await RunningAsync("self");
        await SaysAsync("self", "old old 33000000");
        var cpus = Cluster.Node!.Allocatable["cpu"].Value;
        (await LogAsync("self")).ShouldStartWith($"self node-1 10.9.8.7 old 32 {cpus}\nown\n");
        await Cluster.ChangeAsync(
            "self", stored => stored with { Metadata = stored.Metadata with { Labels = Label("new") } });
        await SaysAsync("self", "old new 33000000");

        static Dictionary<string, string> Label(string value) => new() { ["mine"] = value };
    }

    [SkippableFact]
    public async Task B59_Services_are_told_and_the_API_always()
    {
        await StartAsync();
        Cluster.Services.Add(GivenService("default", "kubernetes", "10.96.0.1", ("https", 443, "TCP")));
        Cluster.Services.Add(GivenService("default", "foo-svc", "10.96.0.7", ("web", 8765, "TCP"), ("dns", 53, "UDP")));
        Cluster.Services.Add(GivenService("default", "headless", "None", ("web", 80, "TCP")));
        const string script = "env | grep -e _SERVICE_ -e _PORT; echo end";
        await Cluster.ApplyAsync(Once("told", script));
        await Cluster.ApplyAsync(
            Once("untold", script).With(spec => spec with { EnableServiceLinks = false }));
        var told = (await OutputAsync("told")).Split('\n');
        told.ShouldContain("KUBERNETES_SERVICE_HOST=10.96.0.1");
        told.ShouldContain("FOO_SVC_SERVICE_HOST=10.96.0.7");
        told.ShouldContain("FOO_SVC_SERVICE_PORT=8765");
        told.ShouldContain("FOO_SVC_SERVICE_PORT_DNS=53");
        told.ShouldContain("FOO_SVC_PORT=tcp://10.96.0.7:8765");
        told.ShouldContain("FOO_SVC_PORT_53_UDP=udp://10.96.0.7:53");
        told.ShouldNotContain(line => line.StartsWith("HEADLESS"));
        var untold = (await OutputAsync("untold")).Split('\n');
        untold.ShouldContain("KUBERNETES_SERVICE_PORT=443");
        untold.ShouldNotContain(line => line.StartsWith("FOO"));
    }

    [SkippableFact]
    public async Task B59_A_token_is_a_file_of_its_user_and_is_renewed_in_time()
    {
        await StartAsync();
        var count = 0;
        Cluster.Tokens = (pod, audience, seconds) =>
        {
            var number = Interlocked.Increment(ref count);
            var issued = Time.GetUtcNow();
            return new($"{pod.Metadata.Name}-{audience}-{seconds}-{number}", issued, issued.AddSeconds(seconds));
        };
        var pod = Always("token", "trap 'exit 0' TERM; while true; do echo $(ls -ln /var/t/..data/token) "
            + "$(cat /var/t/token); sleep 0.1; done", container => container with
            {
                VolumeMounts = [new() { Name = "t", MountPath = "/var/t", ReadOnly = true }],
                SecurityContext = new() { RunAsUser = 1234 },
            }).With(spec => spec with
            {
                Volumes =
                [
                    new()
                    {
                        Name = "t",
                        Projected = new()
                        {
                            Sources = [new()
                            {
                                ServiceAccountToken =
                                    new() { Path = "token", Audience = "vault", ExpirationSeconds = 600 },
                            }],
                        },
                    },
                ],
            });
        await Cluster.ApplyAsync(pod);
        await RunningAsync("token");
        var line = await SaysAsync("token", "token-vault-600-1");
        line.ShouldContain("-rw-------");
        line.ShouldContain(" 1234 ");
        count.ShouldBe(1, "it is kept until it is due");
        _clock.Ahead = TimeSpan.FromSeconds(480);
        await SaysAsync("token", "token-vault-600-2");
    }

    private static Service GivenService(
        string ns, string name, string address, params (string Name, int Port, string Protocol)[] ports) => new()
        {
            Metadata = new() { Name = name, Namespace = ns },
            Spec = new()
            {
                ClusterIP = address,
                Ports = [.. ports.Select(
                    port => new ServicePort { Name = port.Name, Port = port.Port, Protocol = port.Protocol })],
            },
        };

    private static ConfigMap Map(params (string Key, string Value)[] data) =>
        new() { Data = data.ToDictionary(pair => pair.Key, pair => pair.Value) };

    /// <summary>The machine's clock, put ahead by a test; timers go on as they were.</summary>
    private sealed class AdvancedClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
