using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for one container of any sort.</summary>
internal static class ContainerValidation
{
    private static readonly string[] RecursionModes = ["Disabled", "Enabled", "IfPossible"];

    public static void Check(FieldErrors at, Container container, PodSpec spec)
    {
        if (container.Name.Length == 0) at["name"].Required();
        else at["name"].Invalid(container.Name, NameRules.DnsLabel(container.Name));
        if (string.IsNullOrEmpty(container.Image)) at["image"].Required();
        at["terminationMessagePolicy"].CheckOneOf(
            container.TerminationMessagePolicy, Choices.Of<Container>(nameof(Container.TerminationMessagePolicy)));
        CheckPorts(at["ports"], container.Ports);
        EnvValidation.Check(at, container);
        CheckMounts(at["volumeMounts"], container, spec);
        CheckDevices(at["volumeDevices"], container, spec);
        at["imagePullPolicy"].CheckOneOf(
            container.ImagePullPolicy, Choices.Of<Container>(nameof(Container.ImagePullPolicy)));
        ResourceValidation.Check(at["resources"], container.Resources, spec);
        SecurityValidation.Check(at["securityContext"], container.SecurityContext);
        CheckResizePolicy(at["resizePolicy"], container.ResizePolicy, spec.RestartPolicy);
    }

    private static void CheckPorts(FieldErrors at, IReadOnlyList<ContainerPort> ports)
    {
        var names = new HashSet<string>();
        for (var i = 0; i < ports.Count; i++)
        {
            var port = ports[i];
            if (port.Name is { Length: > 0 } name)
            {
                var broken = NameRules.PortName(name).ToList();
                at[i]["name"].Invalid(name, broken);
                if (broken.Count == 0 && !names.Add(name)) at[i]["name"].Duplicate(name);
            }
            if (port.ContainerPortValue == 0) at[i]["containerPort"].Required();
            else at[i]["containerPort"].Invalid(port.ContainerPortValue, NameRules.PortNumber(port.ContainerPortValue));
            if (port.HostPort != 0) at[i]["hostPort"].Invalid(port.HostPort, NameRules.PortNumber(port.HostPort));
            at[i]["protocol"].CheckOneOf(port.Protocol, Choices.Of<ContainerPort>(nameof(ContainerPort.Protocol)));
        }
    }

    public static void CheckMounts(FieldErrors at, Container container, PodSpec spec)
    {
        var paths = new HashSet<string>();
        for (var i = 0; i < container.VolumeMounts.Count; i++)
        {
            var mount = container.VolumeMounts[i];
            if (mount.Name.Length == 0) at[i]["name"].Required();
            if (!spec.Volumes.Any(volume => volume.Name == mount.Name)) at[i]["name"].NotFound(mount.Name);
            if (mount.MountPath.Length == 0) at[i]["mountPath"].Required();
            if (!paths.Add(mount.MountPath)) at[i]["mountPath"].Invalid(mount.MountPath, "must be unique");
            if (container.VolumeDevices.Any(device => device.Name == mount.Name))
            {
                at[i]["name"].Invalid(mount.Name, "must not already exist in volumeDevices");
            }
            if (container.VolumeDevices.Any(device => device.DevicePath == mount.MountPath))
            {
                at[i]["mountPath"].Invalid(mount.MountPath, "must not already exist as a path in volumeDevices");
            }
            CheckSubPath(at[i], mount);
            CheckPropagation(at[i], mount, container);
            CheckRecursion(at[i]["recursiveReadOnly"], mount);
        }
    }

    private static void CheckSubPath(FieldErrors at, VolumeMount mount)
    {
        VolumeValidation.CheckBelow(at["subPath"], mount.SubPath);
        VolumeValidation.CheckBelow(at["subPathExpr"], mount.SubPathExpr);
        if (!string.IsNullOrEmpty(mount.SubPath) && !string.IsNullOrEmpty(mount.SubPathExpr))
        {
            at["subPathExpr"].Invalid(mount.SubPathExpr, "subPathExpr and subPath are mutually exclusive");
        }
    }

    private static void CheckPropagation(FieldErrors at, VolumeMount mount, Container container)
    {
        if (mount.MountPropagation is not { } propagation) return;
        var allowed = Choices.Of<VolumeMount>(nameof(VolumeMount.MountPropagation));
        if (!allowed.Contains(propagation))
        {
            at["mountPropagation"].NotSupported(propagation, allowed);
        }
        else if (propagation == "Bidirectional" && container.SecurityContext?.Privileged != true)
        {
            at["mountPropagation"].Forbidden(
                "Bidirectional mount propagation is available only to privileged containers");
        }
    }

    private static void CheckRecursion(FieldErrors at, VolumeMount mount)
    {
        if (mount.RecursiveReadOnly is not { } mode) return;
        if (!RecursionModes.Contains(mode)) at.NotSupported(mode, RecursionModes);
        else if (mode != "Disabled" && !mount.ReadOnly) at.Forbidden("may only be specified when readOnly is true");
        if (mode != "Disabled" && mount.MountPropagation is not (null or "None"))
            at.Forbidden("may only be specified when mountPropagation is None or not specified");
    }

    private static void CheckDevices(FieldErrors at, Container container, PodSpec spec)
    {
        var names = new HashSet<string>();
        var paths = new HashSet<string>();
        for (var i = 0; i < container.VolumeDevices.Count; i++)
        {
            var (name, path) = (container.VolumeDevices[i].Name ?? "", container.VolumeDevices[i].DevicePath ?? "");
            var volume = spec.Volumes.FirstOrDefault(v => v.Name == name);
            if (name.Length == 0) at[i]["name"].Required();
            if (!names.Add(name)) at[i]["name"].Invalid(name, "must be unique");
            if (volume is null) at[i]["name"].NotFound(name);
            else if (volume is { PersistentVolumeClaim: null, Ephemeral: null })
            {
                at[i]["name"].Invalid(
                    name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
            }
            if (path.Length == 0) at[i]["devicePath"].Required();
            if (!paths.Add(path)) at[i]["devicePath"].Invalid(path, "must be unique");
            if (path.Split('/').Contains("..")) at[i]["devicePath"].Invalid(path, "can not contain backsteps ('..')");
        }
    }

    private static void CheckResizePolicy(
        FieldErrors at, IReadOnlyList<ContainerResizePolicy> policies, string? restartPolicy)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < policies.Count; i++)
        {
            if (!seen.Add(policies[i].ResourceName ?? "")) at[i].Duplicate(policies[i].ResourceName);
            at.CheckOneOf(policies[i].ResourceName, "cpu", "memory");
            at.CheckOneOf(policies[i].RestartPolicy, "NotRequired", "RestartContainer");
            if (restartPolicy == "Never" && policies[i].RestartPolicy != "NotRequired")
                at.Invalid(policies[i].RestartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'");
        }
    }
}
