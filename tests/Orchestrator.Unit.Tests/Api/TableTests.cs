using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Node = Orchestrator.Api.Core.V1.Node;

namespace Orchestrator.Unit.Tests.OfApi;

public sealed class TableTests
{
    private const string Run = "\"state\":{\"running\":{}},\"ready\":true";

    public static TheoryData<string, string[], string> Pods => new()
    {
        // why | edits | READY STATUS RESTARTS
        { "a new pod is pending", [], "0/1 Pending 0" },
        { "a gate holds it", ["spec.schedulingGates=[{\"name\":\"a\"}]"], "0/1 SchedulingGated 0" },
        { "a running pod", ["status.phase=\"Running\"", "status.containerStatuses=[{\"name\":\"main\"," + Run + "}]"],
            "1/1 Running 0" },
        { "the image is pulled", [
            "status.containerStatuses=[{\"name\":\"main\",\"state\":{\"waiting\":{\"reason\":\"ContainerCreating\"}}}]"],
            "0/1 ContainerCreating 0" },
        { "it crashes", ["status.phase=\"Running\"",
            "status.containerStatuses=[{\"name\":\"main\",\"restartCount\":3,\"state\":{\"waiting\":{\"reason\":\"CrashLoopBackOff\"}},\"lastState\":{\"terminated\":{\"exitCode\":1,\"finishedAt\":\"2026-01-02T03:02:05Z\"}}}]"],
            "0/1 CrashLoopBackOff 3 (2m ago)" },
        { "an end without reason shows the code",
            ["status.containerStatuses=[{\"name\":\"main\",\"state\":{\"terminated\":{\"exitCode\":7}}}]"],
            "0/1 ExitCode:7 0" },
        { "an end by signal",
            ["status.containerStatuses=[{\"name\":\"main\",\"state\":{\"terminated\":{\"exitCode\":137,\"signal\":9}}}]"],
            "0/1 Signal:9 0" },
        { "one done, one running, pod ready", ["status.conditions=[{\"type\":\"Ready\",\"status\":\"True\"}]",
            "status.containerStatuses=[{\"name\":\"main\",\"state\":{\"terminated\":{\"exitCode\":0,\"reason\":\"Completed\"}}},{\"name\":\"b\","
                + Run + "}]"],
            "1/1 Running 0" },
        { "one done, one running, pod not ready",
            ["status.containerStatuses=[{\"name\":\"main\",\"state\":{\"terminated\":{\"exitCode\":0,\"reason\":\"Completed\"}}},{\"name\":\"b\","
                + Run + "}]"],
            "1/1 NotReady 0" },
        { "the first of two inits runs", ["spec.initContainers=[{\"name\":\"i\"},{\"name\":\"j\"}]",
            "status.initContainerStatuses=[{\"name\":\"i\",\"state\":{\"running\":{}}},{\"name\":\"j\"}]"],
            "0/1 Init:0/2 0" },
        { "an init fails", ["spec.initContainers=[{\"name\":\"i\"}]",
            "status.initContainerStatuses=[{\"name\":\"i\",\"state\":{\"terminated\":{\"exitCode\":2}}}]"],
            "0/1 Init:ExitCode:2 0" },
        { "an init crashes", ["spec.initContainers=[{\"name\":\"i\"}]",
            "status.initContainerStatuses=[{\"name\":\"i\",\"restartCount\":2,\"state\":{\"waiting\":{\"reason\":\"CrashLoopBackOff\"}}}]"],
            "0/1 Init:CrashLoopBackOff 2" },
        { "restarts of a finished init do not count",
            ["status.phase=\"Running\"", "spec.initContainers=[{\"name\":\"i\"}]",
            "status.initContainerStatuses=[{\"name\":\"i\",\"restartCount\":2,\"state\":{\"terminated\":{\"exitCode\":0}}}]",
            "status.containerStatuses=[{\"name\":\"main\"," + Run + "}]"], "1/1 Running 0" },
        { "a sidecar counts", ["status.phase=\"Running\"",
            "spec.initContainers=[{\"name\":\"s\",\"restartPolicy\":\"Always\"}]",
            "status.initContainerStatuses=[{\"name\":\"s\",\"started\":true,\"restartCount\":1," + Run + "}]",
            "status.containerStatuses=[{\"name\":\"main\"," + Run + "}]"], "2/2 Running 1" },
        { "it is deleted", ["status.phase=\"Running\"", "metadata.deletionTimestamp=\"2026-01-01T00:00:00Z\""],
            "0/1 Terminating 0" },
        { "a finished pod does not terminate",
            ["status.phase=\"Succeeded\"", "metadata.deletionTimestamp=\"2026-01-01T00:00:00Z\""], "0/1 Succeeded 0" },
        { "its node is lost", ["status.phase=\"Running\"", "status.reason=\"NodeLost\"",
            "metadata.deletionTimestamp=\"2026-01-01T00:00:00Z\""], "0/1 Unknown 0" },
        { "it was evicted", ["status.phase=\"Failed\"", "status.reason=\"Evicted\""], "0/1 Evicted 0" },
    };

    [Theory, MemberData(nameof(Pods))]
    public void A_pod_prints(string why, string[] edits, string expected)
    {
        string[] all = [.. edits, .. edits.Any(e => e.StartsWith("status.phase", StringComparison.Ordinal))
            ? Array.Empty<string>()
            : ["status.phase=\"Pending\""]];
        if (why == "a gate holds it")
            all = [.. all,
                "status.conditions=[{\"type\":\"PodScheduled\",\"status\":\"False\",\"reason\":\"SchedulingGated\"}]"];
        var cells = Cells(Given.RawPod(all));
        string.Join(" ", cells[1], cells[2], cells[3]).ShouldBe(expected, why);
    }

    [Fact]
    public void A_wide_pod_shows_address_and_node()
    {
        var pod = Given.RawPod("status.podIPs=[{\"ip\":\"10.0.0.1\"}]", "spec.nodeName=\"n1\"",
            "spec.readinessGates=[{\"conditionType\":\"a\"}]");
        Cells(pod).Skip(5).ShouldBe(["10.0.0.1", "n1", "<none>", "0/1"]);
    }

    [Fact]
    public void A_finished_pod_says_so_in_its_row()
    {
        Pod.Kind.CompletionOf(Given.RawPod("status.phase=\"Succeeded\""))!.Reason.ShouldBe("Succeeded");
        Pod.Kind.CompletionOf(Given.RawPod("status.phase=\"Running\"")).ShouldBeNull();
    }

    [Fact]
    public void Columns_have_the_reference_s_names()
    {
        Headings(Pod.Kind).ShouldBe("Name Ready Status Restarts Age IP* Node* Nominated Node* Readiness Gates*");
        Headings(Deployment.Kind).ShouldBe("Name Ready Up-to-date Available Age Containers* Images* Selector*");
        Headings(ReplicaSet.Kind).ShouldBe("Name Desired Current Ready Age Containers* Images* Selector*");
        Headings(Node.Kind).ShouldBe(
            "Name Status Roles Age Version Internal-IP* External-IP* OS-Image* Kernel-Version* Container-Runtime*");
        Headings(Event.Kind).ShouldBe(
            "Last Seen Type Reason Object Subobject* Source* Message First Seen* Count* Name*");
        Headings(Secret.Kind).ShouldBe("Name Type Data Age");
        Headings(ControllerRevision.Kind).ShouldBe("Name Controller Revision Age");
    }

    public static TheoryData<string, string, string> Nodes => new()
    {
        { "status.conditions=[{\"type\":\"Ready\",\"status\":\"True\"}]", "spec.x=1", "Ready <none>" },
        { "status.conditions=[{\"type\":\"Ready\",\"status\":\"Unknown\"}]", "spec.x=1", "NotReady <none>" },
        { "status.x=1", "spec.unschedulable=true", "Unknown,SchedulingDisabled <none>" },
        { "status.x=1",
            "metadata.labels={\"node-role.kubernetes.io/worker\":\"\",\"node-role.kubernetes.io/control-plane\":\"\"}",
            "Unknown control-plane,worker" },
    };

    [Theory, MemberData(nameof(Nodes))]
    public void A_node_prints(string edit, string more, string expected)
    {
        var cells = Cells(Given.Of<Node>(Node.Kind, edit, more));
        $"{cells[1]} {cells[2]}".ShouldBe(expected);
    }

    [Fact]
    public void A_deployment_prints_ready_of_wanted()
    {
        var cells = Cells(Given.Deployment("spec.replicas=3", "status.readyReplicas=2",
            "spec.selector.matchExpressions=[{\"key\":\"app\",\"operator\":\"Exists\"}]"));
        cells[1].ShouldBe("2/3");
        cells[5].ShouldBe("main");
        cells[6].ShouldBe("nginx:1.27");
        ((string)cells[7]).ShouldContain("app=web");
    }

    [Fact]
    public void Field_selectors_read_the_object()
    {
        Pod.Kind.FieldValue(Given.Pod("spec.nodeName=\"n1\""), "spec.nodeName").ShouldBe("n1");
        Pod.Kind.FieldValue(Given.Pod(), "status.phase").ShouldBe("Pending");
        Pod.Kind.FieldValue(Given.Pod(), "spec.nonsense").ShouldBeNull();
        Node.Kind.FieldValue(Given.Of<Node>(Node.Kind), "spec.unschedulable").ShouldBe("false");
        Secret.Kind.FieldValue(Given.Of<Secret>(Secret.Kind), "type").ShouldBe("Opaque");
    }

    private static List<object> Cells(ApiObject obj) =>
        [.. KindRegistry.Of(obj).TableColumns.Select(column => column.Cell(obj, Given.Now))];

    private static string Headings(Kind kind) =>
        string.Join(" ", kind.TableColumns.Select(c => c.IsWide ? c.Name + "*" : c.Name));
}
