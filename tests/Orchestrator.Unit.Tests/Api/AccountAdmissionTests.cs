using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Tests.Api;

/// <summary>What a pod gets from its service account.</summary>
public sealed class AccountAdmissionTests
{
    private const string Path = "/var/run/secrets/kubernetes.io/serviceaccount";

    [Fact]
    public void B59_A_token_is_mounted_into_every_container()
    {
        var pod = Admitted(Given(spec => spec with { InitContainers = [new() { Name = "i" }] }), new ServiceAccount());
        var volume = pod.Spec.Volumes.ShouldHaveSingleItem();
        volume.Name.ShouldMatch("^kube-api-access-[a-z0-9]{5}$");
        var read = (Pod)ApiJson.Read(Pod.Kind, ApiJson.Write(pod));
        ApiJson.AreSame(((Pod)Pod.Kind.Defaulted(read)).Spec.Volumes[0], volume).ShouldBeTrue("it has all defaults");
        volume.Projected!.Sources[0].ServiceAccountToken!.ExpirationSeconds.ShouldBe(3607);
        volume.Projected.Sources[1].ConfigMap!.Name.ShouldBe("kube-root-ca.crt");
        volume.Projected.Sources[2].DownwardAPI!.Items[0].Path.ShouldBe("namespace");
        foreach (var container in pod.Spec.InitContainers.Concat(pod.Spec.Containers))
        {
            var mount = container.VolumeMounts.ShouldHaveSingleItem();
            (mount.Name, mount.MountPath, mount.ReadOnly).ShouldBe((volume.Name, Path, true));
        }
    }

    // why | the pod | its account | mounted
    [Theory]
    [InlineData("unsaid", null, null, true)]
    [InlineData("the account is against it", null, false, false)]
    [InlineData("the pod is for it", true, false, true)]
    [InlineData("the pod is against it", false, true, false)]
    public void B59_The_pod_decides_before_its_account(string why, bool? ofPod, bool? ofAccount, bool isMounted)
    {
        var account = new ServiceAccount { AutomountServiceAccountToken = ofAccount };
        var pod = Admitted(Given(spec => spec with { AutomountServiceAccountToken = ofPod }), account);
        (pod.Spec.Volumes.Count > 0).ShouldBe(isMounted, why);
    }

    [Fact]
    public void B59_What_is_mounted_there_already_stays()
    {
        var own = new VolumeMount { Name = "own", MountPath = Path };
        var volume = new Volume { Name = "own", EmptyDir = new() };
        var pod = Admitted(Given(spec => spec with
        {
            Volumes = [volume],
            Containers = [new() { Name = "a", VolumeMounts = [own] }],
        }), new ServiceAccount());
        pod.Spec.Volumes.ShouldBe([volume]);
        pod.Spec.Containers[0].VolumeMounts.ShouldBe([own]);
    }

    [Fact]
    public void B59_A_volume_of_that_sort_is_used()
    {
        var pod = Admitted(Given(spec => spec with
        {
            Volumes = [new() { Name = "kube-api-access-abcde", EmptyDir = new() }],
        }), new ServiceAccount());
        pod.Spec.Volumes.Count.ShouldBe(1);
        pod.Spec.Containers[0].VolumeMounts[0].Name.ShouldBe("kube-api-access-abcde");
    }

    [Fact]
    public void B59_An_account_that_is_not_there_refuses_the_pod_but_for_the_default_one()
    {
        Admitted(Given(), null).Spec.Volumes.Count.ShouldBe(1);
        Should.Throw<ApiException>(() => Admitted(Given(spec => spec with { ServiceAccountName = "robot" }), null))
            .Message.ShouldBe("pods \"web\" is forbidden: error looking up service account default/robot: "
                + "serviceaccount \"robot\" not found");
    }

    [Fact]
    public void B59_Pods_of_an_account_share_the_volume()
    {
        var (one, two) = (Admitted(Given(), null), Admitted(Given(), null));
        Pod.Kind.Defaulted(one).ShouldBeOfType<Pod>().Spec.Volumes[0].ShouldBeSameAs(two.Spec.Volumes[0]);
    }

    private static Pod Given(Func<PodSpec, PodSpec>? change = null)
    {
        var spec = new PodSpec { Containers = [new() { Name = "a" }, new() { Name = "b" }] };
        return new Pod { Metadata = new() { Name = "web" }, Spec = change is null ? spec : change(spec) };
    }

    private static Pod Admitted(Pod pod, ServiceAccount? account) => AccountAdmission.Apply(pod, "default", account);
}
