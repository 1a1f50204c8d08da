using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.OfApi;

public sealed class EphemeralContainerTests
{
    private const string Part = "ephemeralcontainers";
    private const string Look = "{\"name\":\"look\",\"image\":\"busybox:1\"}";
    private const string At = "spec.ephemeralContainers[0].";

    public static TheoryData<string, string> Cases => new()
    {
        // edit of a pod with one good ephemeral container | the error
        { At + "stdin=true", "" },
        { At + "securityContext={\"capabilities\":{\"add\":[\"SYS_PTRACE\"]}}", "" },
        { At + "targetContainerName=\"main\"", "" },
        { At + "targetContainerName=\"web\"",
            "spec.ephemeralContainers[0].targetContainerName: Not found: \"web\"" },
        { At + "targetContainerName=\"look\"",
            "spec.ephemeralContainers[0].targetContainerName: Not found: \"look\"" },
        { At + "name=\"\"", "spec.ephemeralContainers[0].name: Required value" },
        { At + "name=\"main\"", "spec.ephemeralContainers[0].name: Duplicate value: \"main\"" },
        { "spec.ephemeralContainers[1]=" + Look, "spec.ephemeralContainers[1].name: Duplicate value: \"look\"" },
        { At + "image=\"\"", "spec.ephemeralContainers[0].image: Required value" },
        { At + "image=\"a \"",
            "spec.ephemeralContainers[0].image: Invalid value: \"a \": must not have leading or trailing whitespace" },
        { At + "ports=[{\"containerPort\":80}]", Unset("ports") },
        { At + "resources={\"limits\":{\"cpu\":\"1\"}}", Unset("resources") },
        { At + "resizePolicy=[{\"resourceName\":\"cpu\",\"restartPolicy\":\"NotRequired\"}]", Unset("resizePolicy") },
        { At + "restartPolicy=\"Always\"", Unset("restartPolicy") },
        { At + "livenessProbe={\"exec\":{\"command\":[\"a\"]}}", Unset("livenessProbe") },
        { At + "readinessProbe={\"exec\":{\"command\":[\"a\"]}}", Unset("readinessProbe") },
        { At + "startupProbe={\"exec\":{\"command\":[\"a\"]}}", Unset("startupProbe") },
        { At + "lifecycle={\"preStop\":{\"exec\":{\"command\":[\"a\"]}}}", Unset("lifecycle") },
        { At + "volumeMounts=[{\"name\":\"v\",\"mountPath\":\"/v\"}]", "" },
        { At + "volumeMounts=[{\"name\":\"v\",\"mountPath\":\"/v\",\"subPath\":\"a\"}]",
            Unset("volumeMounts[0].subPath") },
        { At + "volumeMounts=[{\"name\":\"v\",\"mountPath\":\"/v\",\"subPathExpr\":\"a\"}]",
            Unset("volumeMounts[0].subPathExpr") },
        { At + "volumeMounts=[{\"name\":\"w\",\"mountPath\":\"/v\"}]",
            "spec.ephemeralContainers[0].volumeMounts[0].name: Not found: \"w\"" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void One_is_refused_with_the_reference_s_sentence(string edit, string expected) =>
        Errors(Stored(), Given.RawPod($"spec.ephemeralContainers=[{Look}]", edit)).ShouldBe(expected, edit);

    public static TheoryData<string, string, string, string> Updates => new()
    {
        // why | what is there | what is sent | the error
        { "one more may come", $"[{Look}]", $"[{Look},{Named("see")}]", "" },
        { "in any order", $"[{Look}]", $"[{Named("see")},{Look}]", "" },
        { "none may go", $"[{Look}]", "[]",
            "spec.ephemeralContainers: Forbidden: existing ephemeral containers \"look\" may not be removed\n" },
        { "nor be replaced", $"[{Look}]", $"[{Named("see")}]",
            "spec.ephemeralContainers: Forbidden: existing ephemeral containers \"look\" may not be removed\n" },
        { "none may change", $"[{Look}]", "[{\"name\":\"look\",\"image\":\"busybox:2\",\"tty\":true}]",
            "spec.ephemeralContainers: Forbidden: existing ephemeral containers \"look\" may not be changed\n"
            + "changed: image, tty" },
    };

    [Theory, MemberData(nameof(Updates))]
    public void Those_that_are_there_stay_as_they_are(string why, string before, string after, string expected)
    {
        var stored = Next(Stored(), Given.RawPod($"spec.ephemeralContainers={before}"));
        Errors(stored, Given.RawPod($"spec.ephemeralContainers={after}")).ShouldBe(expected, why);
    }

    [Fact]
    public void The_pod_that_is_written_gets_none()
    {
        var old = Stored();
        var sent = Stored($"spec.ephemeralContainers=[{Look}]");
        Given.Errors(sent).ShouldBe("spec.ephemeralContainers: Forbidden: cannot be set on create");
        Given.Errors(Pod.Kind.PreparedForUpdate(sent, old), old).ShouldStartWith(
            "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`");
        Given.Errors(Pod.Kind.PreparedForUpdate(sent, old), old).ShouldEndWith("changed: spec.ephemeralContainers");
    }

    [Fact]
    public void The_subresource_writes_nothing_else()
    {
        var old = Stored();
        var next = Next(old, Given.RawPod($"spec.ephemeralContainers=[{Look}]", "spec.containers[0].image=\"other\""));
        next.Spec.Containers[0].Image.ShouldBe(old.Spec.Containers[0].Image);
        var added = next.Spec.EphemeralContainers.ShouldHaveSingleItem();
        (added.ImagePullPolicy, added.TerminationMessagePolicy).ShouldBe(("IfNotPresent", "File"));
    }

    [Fact]
    public void A_mirror_of_a_static_pod_gets_none()
    {
        var old = Stored("metadata.annotations={\"kubernetes.io/config.mirror\":\"1\"}");
        Errors(old, Given.RawPod($"spec.ephemeralContainers=[{Look}]"))
            .ShouldContain("Forbidden: static pods do not support ephemeral containers");
    }

    private static string Unset(string field) =>
        $"spec.ephemeralContainers[0].{field}: Forbidden: cannot be set for an Ephemeral Container";

    private static string Named(string name) => Look.Replace("look", name, StringComparison.Ordinal);

    private static Pod Stored(params string[] edits) =>
        Given.Pod(["spec.volumes=[{\"name\":\"v\",\"emptyDir\":{}}]", .. edits]);

    private static Pod Next(Pod old, Pod sent) =>
        (Pod)Pod.Kind.Defaulted(Pod.Kind.PreparedForPart(sent, old, Part));

    private static string Errors(Pod old, Pod sent) =>
        string.Join("\n", Pod.Kind.CheckPart(Next(old, sent), old, Part));
}
