using Orchestrator.Api.Core.V1;

namespace Orchestrator.Tests.Api;

/// <summary>What may be asked of a mount.</summary>
public sealed class MountValidationTests
{
    // the mount | the container is privileged | what is wrong
    public static TheoryData<VolumeMount, bool, string> Mounts => new()
    {
        { new() { MountPropagation = "HostToContainer" }, false, "" },
        { new() { MountPropagation = "Bidirectional" }, true, "" },
        { new() { MountPropagation = "Bidirectional" }, false,
            "mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers" },
        { new() { RecursiveReadOnly = "Disabled" }, false, "" },
        { new() { RecursiveReadOnly = "Enabled", ReadOnly = true }, false, "" },
        { new() { RecursiveReadOnly = "IfPossible" }, false,
            "recursiveReadOnly: Forbidden: may only be specified when readOnly is true" },
        { new() { RecursiveReadOnly = "Enabled", ReadOnly = true, MountPropagation = "HostToContainer" }, false,
            "recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified" },
        { new() { RecursiveReadOnly = "Yes", ReadOnly = true }, false,
            "recursiveReadOnly: Unsupported value: \"Yes\": supported values: \"Disabled\", \"Enabled\", \"IfPossible\"" },
    };

    [Theory]
    [MemberData(nameof(Mounts))]
    public void A_mount_is_checked(VolumeMount mount, bool isPrivileged, string wrong)
    {
        var pod = (Pod)Pod.Kind.Defaulted(new Pod
        {
            Metadata = new() { Name = "web", Namespace = "default" },
            Spec = new()
            {
                Volumes = [new() { Name = "v", EmptyDir = new() }],
                Containers =
                [
                    new()
                    {
                        Name = "c", Image = "i", SecurityContext = new() { Privileged = isPrivileged },
                        VolumeMounts = [mount with { Name = "v", MountPath = "/v" }],
                    },
                ],
            },
        });
        var errors = Pod.Kind.Check(pod, null).Select(error => $"{error.Field}: {error.Detail}").ToList();
        errors.ShouldBe(wrong.Length == 0 ? [] : [$"spec.containers[0].volumeMounts[0].{wrong}"]);
    }
}
