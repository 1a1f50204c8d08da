using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Settings.V1Alpha1;
using Orchestrator.Reconcilers.Presets;

namespace Orchestrator.Unit.Tests.OfApi;

/// <summary>What new pods get from the presets of their namespace.</summary>
public sealed class PodPresetTests
{
    private const string Labels = "metadata.labels={\"app\":\"web\"}";

    // why | edits of the pod | edits of preset a, of preset b | the main container's part, or the conflict
    public static TheoryData<string, string[], string[], string[], string> Cases => new()
    {
        { "a variable is added", [], ["env=[{\"name\":\"A\",\"value\":\"1\"}]"], [], "env A=1" },
        { "those of the pod come first", ["spec.containers[0].env=[{\"name\":\"P\",\"value\":\"0\"}]"],
            ["env=[{\"name\":\"A\",\"value\":\"1\"}]"], ["env=[{\"name\":\"B\",\"value\":\"2\"}]"], "env P=0 A=1 B=2" },
        { "the same said twice is said once", ["spec.containers[0].env=[{\"name\":\"A\",\"value\":\"1\"}]"],
            ["env=[{\"name\":\"A\",\"value\":\"1\"}]"], ["env=[{\"name\":\"A\",\"value\":\"1\"}]"], "env A=1" },
        { "another value is a conflict", ["spec.containers[0].env=[{\"name\":\"A\",\"value\":\"2\"}]"],
            ["env=[{\"name\":\"A\",\"value\":\"1\"}]"], [], "merging env for a has a conflict on A" },
        { "two presets contradict each other", [], ["env=[{\"name\":\"A\",\"value\":\"1\"}]"],
            ["env=[{\"name\":\"A\",\"value\":\"2\"}]"], "merging env for b has a conflict on A" },
        { "sources add up", ["spec.containers[0].envFrom=[{\"configMapRef\":{\"name\":\"own\"}}]"],
            ["envFrom=[{\"secretRef\":{\"name\":\"given\"}}]"], [], "from own given" },
        { "a volume and its mount", [],
            ["volumes=[{\"name\":\"v\",\"emptyDir\":{}}]", "volumeMounts=[{\"name\":\"v\",\"mountPath\":\"/v\"}]"], [],
            "mount v:/v volume v" },
        { "the same mount is no conflict",
            ["spec.volumes=[{\"name\":\"v\",\"emptyDir\":{}}]",
                "spec.containers[0].volumeMounts=[{\"name\":\"v\",\"mountPath\":\"/v\"}]"],
            ["volumes=[{\"name\":\"v\",\"emptyDir\":{}}]", "volumeMounts=[{\"name\":\"v\",\"mountPath\":\"/v\"}]"], [],
            "mount v:/v volume v" },
        { "defaults make no difference", ["spec.volumes=[{\"name\":\"v\",\"configMap\":{\"name\":\"c\"}}]"],
            ["volumes=[{\"name\":\"v\",\"configMap\":{\"name\":\"c\",\"defaultMode\":420}}]"], [], "volume v" },
        { "another volume of the name", ["spec.volumes=[{\"name\":\"v\",\"hostPath\":{\"path\":\"/x\"}}]"],
            ["volumes=[{\"name\":\"v\",\"emptyDir\":{}}]"], [], "merging volumes for a has a conflict on v" },
        { "another mount of the name",
            ["spec.volumes=[{\"name\":\"v\"}]",
                "spec.containers[0].volumeMounts=[{\"name\":\"v\",\"mountPath\":\"/other\"}]"],
            ["volumes=[{\"name\":\"v\"}]", "volumeMounts=[{\"name\":\"v\",\"mountPath\":\"/v\"}]"], [],
            "merging volume mounts for a has a conflict on v" },
        { "another volume at the path",
            ["spec.volumes=[{\"name\":\"w\"}]",
                "spec.containers[0].volumeMounts=[{\"name\":\"w\",\"mountPath\":\"/v\"}]"],
            ["volumes=[{\"name\":\"v\"}]", "volumeMounts=[{\"name\":\"v\",\"mountPath\":\"/v\"}]"], [],
            "merging volume mounts for a has a conflict on mount path /v" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void A14_Presets_are_merged_whole_or_not_at_all(
        string why, string[] pod, string[] a, string[] b, string expected)
    {
        var given = (Pod)Pod.Kind.Defaulted(Given.RawPod([Labels, .. pod]));
        PodPreset[] presets = b.Length == 0 ? [Preset("a", a)] : [Preset("b", b), Preset("a", a)];
        var plan = PodPresets.Plan(given, presets);
        if (plan.Conflicts.Count > 0)
        {
            plan.Conflicts.ShouldHaveSingleItem(why).ShouldStartWith(expected, customMessage: why);
            plan.Pod.ShouldBeSameAs(given, why);
            return;
        }
        Shown(plan.Pod).ShouldBe(expected, why);
        plan.Pod.Metadata.Annotations["podpreset.admission.kubernetes.io/podpreset-a"].ShouldBe("7");
    }

    [Theory]
    [InlineData("metadata.labels={\"app\":\"other\"}", "the selector does not match")]
    [InlineData("metadata.annotations={\"podpreset.admission.kubernetes.io/exclude\":\"true\"}", "it wants none")]
    [InlineData("metadata.annotations={\"kubernetes.io/config.mirror\":\"x\"}", "it shows what runs already")]
    public void A14_Some_pods_get_none(string edit, string why)
    {
        var pod = (Pod)Pod.Kind.Defaulted(Given.RawPod(Labels, edit));
        var plan = PodPresets.Plan(pod, [Preset("a", ["env=[{\"name\":\"A\",\"value\":\"1\"}]"])]);
        (plan.Conflicts.Count, ReferenceEquals(plan.Pod, pod)).ShouldBe((0, true), why);
    }

    [Fact]
    public void A14_Every_container_gets_its_share_and_an_empty_selector_takes_all()
    {
        var pod = (Pod)Pod.Kind.Defaulted(Given.RawPod(
            "spec.initContainers=[{\"name\":\"i\",\"image\":\"x\"}]",
            "spec.containers[1]={\"name\":\"b\",\"image\":\"x\"}"));
        var all = Given.Of<PodPreset>(PodPreset.Kind, "spec.env=[{\"name\":\"A\",\"value\":\"1\"}]");
        var got = PodPresets.Plan(pod, [all]).Pod.Spec;
        got.InitContainers.Concat(got.Containers).ShouldAllBe(container => container.Env.Single().Name == "A");
    }

    [Theory]
    [InlineData("spec.env=[]", "spec.volumes.env.envFrom.volumeMounts: Required value: must specify at least one")]
    [InlineData("spec.env=[{\"name\":\"\",\"value\":\"1\"}]", "spec.env[0].name: Required value")]
    [InlineData("spec.volumeMounts=[{\"name\":\"v\",\"mountPath\":\"/v\"}]",
        "spec.volumeMounts[0].name: Not found: \"v\"")]
    public void A14_A_preset_that_cannot_be_is_refused(string edit, string expected) =>
        Given.Errors(Given.Of<PodPreset>(PodPreset.Kind, edit)).ShouldBe(expected);

    [Theory]
    [InlineData("x", "", "may not remove or update mirror pod annotation")]
    [InlineData("x", "y", "may not remove or update mirror pod annotation")]
    [InlineData("", "x", "may not add mirror pod annotation")]
    [InlineData("x", "x", "")]
    public void B24_The_mark_of_a_mirror_stays_as_it_is(string before, string after, string expected)
    {
        var errors = Given.Errors(Marked(after), Marked(before));
        errors.ShouldBe(expected.Length == 0
            ? ""
            : $"metadata.annotations[kubernetes.io/config.mirror]: Forbidden: {expected}");
    }

    [Fact]
    public void B24_A_mirror_gets_no_account() =>
        (Mirror("x").Spec.ServiceAccountName ?? "", Mirror("").Spec.ServiceAccountName).ShouldBe(("", "default"));

    private static Pod Marked(string mark)
    {
        var pod = Given.Pod();
        IReadOnlyDictionary<string, string> marks = mark.Length == 0
            ? new Dictionary<string, string>()
            : new Dictionary<string, string> { [MirrorPods.MirrorAnnotation] = mark };
        return pod with { Spec = pod.Spec with { }, Metadata = pod.Metadata with { Annotations = marks } };
    }

    private static Pod Mirror(string mark) => mark.Length == 0
        ? Given.Pod()
        : Given.Pod("metadata.annotations={\"kubernetes.io/config.mirror\":\"" + mark + "\"}");

    private static PodPreset Preset(string name, string[] edits) => Given.Of<PodPreset>(PodPreset.Kind,
        [$"metadata.name=\"{name}\"", "metadata.resourceVersion=\"7\"",
            "spec.selector={\"matchLabels\":{\"app\":\"web\"}}",
            .. edits.Select(edit => $"spec.{edit}")]);

    private static string Shown(Pod pod)
    {
        var main = pod.Spec.Containers[0];
        var parts = new List<string>();
        if (main.Env.Count > 0) parts.Add("env " + string.Join(' ', main.Env.Select(env => $"{env.Name}={env.Value}")));
        if (main.EnvFrom.Count > 0)
        {
            parts.Add("from " + string.Join(' ', main.EnvFrom.Select(
                from => from.ConfigMapRef?.Name ?? from.SecretRef?.Name)));
        }
        parts.AddRange(main.VolumeMounts.Select(mount => $"mount {mount.Name}:{mount.MountPath}"));
        parts.AddRange(pod.Spec.Volumes.Select(volume => $"volume {volume.Name}"));
        return string.Join(' ', parts);
    }
}
