using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Reconcilers.Volumes;

namespace Orchestrator.Unit.Tests.Volumes;

/// <summary>Claims, volumes, classes and nodes from one short text each: <c>name:mark=value:mark</c>.</summary>
internal static class GivenStorage
{
    /// <summary>
    /// Marks: <c>size=2Gi</c> (1Gi), <c>modes=RWO,ROX</c>, <c>class=x</c> (<c>class=</c> is "", none is none),
    /// <c>volume=x</c>, <c>label=v</c> selects, <c>block</c>, <c>bound</c> (completed and in phase), <c>phase=x</c>,
    /// <c>on=node</c> selected, <c>del</c>, <c>source</c>, <c>has=1Gi</c> capacity, <c>uid=x</c>, <c>pod=p</c> made for
    /// that pod.
    /// </summary>
    public static PersistentVolumeClaim Claim(string text)
    {
        var (name, marks) = Read(text);
        var annotations = new Dictionary<string, string>();
        if (marks.ContainsKey("bound")) annotations[VolumeAnnotations.BindCompleted] = "yes";
        if (marks.TryGetValue("on", out var node)) annotations[VolumeAnnotations.SelectedNode] = node;
        return new()
        {
            Metadata = new()
            {
                Name = name,
                Namespace = "default",
                Uid = marks.GetValueOrDefault("uid", $"uid-{name}"),
                Annotations = annotations,
                Finalizers = [VolumeAnnotations.ClaimProtection],
                OwnerReferences = marks.TryGetValue("pod", out var pod) ? [Given.Controller($"uid-{pod}", "Pod")] : [],
                DeletionTimestamp = marks.ContainsKey("del") ? Given.Now : null,
            },
            Spec = new()
            {
                AccessModes = Modes(marks),
                Resources = new() { Requests = Size(marks.GetValueOrDefault("size", "1Gi")) },
                StorageClassName = marks.GetValueOrDefault("class"),
                VolumeName = marks.GetValueOrDefault("volume"),
                Selector = marks.TryGetValue("label", out var label) ? Given.Selector(("is", label)) : null,
                VolumeMode = marks.ContainsKey("block") ? "Block" : "Filesystem",
                DataSource = marks.ContainsKey("source") ? new() { Kind = "PersistentVolumeClaim", Name = "x" } : null,
            },
            Status = new()
            {
                Phase = marks.GetValueOrDefault("phase", marks.ContainsKey("bound") ? "Bound" : "Pending"),
                Capacity = marks.TryGetValue("has", out var has) ? Size(has) : Map<Quantity>.Empty,
            },
        };
    }

    /// <summary>
    /// Marks as of claims; <c>of=claim</c> (with its uid), <c>for=claim</c> (without), <c>uid=x</c> of the claim,
    /// <c>phase=x</c> (Available), <c>policy=Delete</c> (Retain), <c>node=n</c>, <c>is=v</c> labelled, <c>csi</c> ours,
    /// <c>foreign</c> another driver's, <c>auto</c> bound by the controller.
    /// </summary>
    public static PersistentVolume Volume(string text)
    {
        var (name, marks) = Read(text);
        var annotations = new Dictionary<string, string>();
        if (marks.ContainsKey("auto")) annotations[VolumeAnnotations.BoundByController] = "yes";
        if (marks.ContainsKey("csi")) annotations[VolumeAnnotations.ProvisionedBy] = LocalStorage.Provisioner;
        var node = marks.GetValueOrDefault("node");
        return new()
        {
            Metadata = new()
            {
                Name = name,
                Uid = $"pv-{name}",
                Annotations = annotations,
                Labels = marks.TryGetValue("is", out var label) ? Given.Map(("is", label)) : Given.Map(),
                Finalizers = marks.ContainsKey("csi")
                    ? [VolumeAnnotations.VolumeProtection, LocalStorage.DirectoryFinalizer]
                    : [VolumeAnnotations.VolumeProtection],
                DeletionTimestamp = marks.ContainsKey("del") ? Given.Now : null,
            },
            Spec = new()
            {
                AccessModes = Modes(marks),
                Capacity = Size(marks.GetValueOrDefault("size", "1Gi")),
                StorageClassName = marks.GetValueOrDefault("class"),
                VolumeMode = marks.ContainsKey("block") ? "Block" : "Filesystem",
                PersistentVolumeReclaimPolicy = marks.GetValueOrDefault("policy", "Retain"),
                ClaimRef = Reference(marks),
                HostPath = marks.ContainsKey("csi") || marks.ContainsKey("foreign") ? null : new() { Path = "/v" },
                Csi = marks.ContainsKey("csi") ? Ours(name, node)
                    : marks.ContainsKey("foreign") ? new() { Driver = "example.com/d", VolumeHandle = name } : null,
                NodeAffinity = node is null ? null : new()
                {
                    Required = new()
                    {
                        NodeSelectorTerms = [new()
                        {
                            MatchExpressions =
                                [new() { Key = "kubernetes.io/hostname", Operator = "In", Values = [node] }],
                        }],
                    },
                },
            },
            Status = new() { Phase = marks.GetValueOrDefault("phase", "Available") },
        };
    }

    public static IReadOnlyList<PersistentVolume> Volumes(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Volume)];

    /// <summary>
    /// Marks: <c>now</c> binds at once, <c>by=provisioner</c>, <c>grows</c>, <c>default</c>, <c>in=n1</c>.
    /// </summary>
    public static StorageClass Class(string text)
    {
        var (name, marks) = Read(text);
        return new()
        {
            Metadata = new()
            {
                Name = name,
                Annotations = marks.ContainsKey("default")
                    ? Given.Map(("storageclass.kubernetes.io/is-default-class", "true"))
                    : Given.Map(),
            },
            Provisioner = marks.GetValueOrDefault("by", LocalStorage.Provisioner),
            VolumeBindingMode = marks.ContainsKey("now") ? "Immediate" : "WaitForFirstConsumer",
            ReclaimPolicy = "Delete",
            AllowVolumeExpansion = marks.ContainsKey("grows"),
            AllowedTopologies = marks.TryGetValue("in", out var at)
                ? [new() { MatchLabelExpressions = [new() { Key = "kubernetes.io/hostname", Values = [at] }] }]
                : [],
        };
    }

    public static IReadOnlyList<StorageClass> Classes(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Class)];

    public static Node Node(string name) => new()
    {
        Metadata = new() { Name = name, Labels = Given.Map(("kubernetes.io/hostname", name)) },
        Status = new() { Conditions = [new() { Type = "Ready", Status = "True" }] },
    };

    /// <summary>A pod with these claims.</summary>
    public static Pod Pod(string name, string node, params string[] claims) => new()
    {
        Metadata = new() { Name = name, Namespace = "default", Uid = $"uid-{name}" },
        Spec = new()
        {
            NodeName = node,
            Containers = [new() { Name = "main" }],
            Volumes = [.. claims.Select(claim => new Volume
            {
                Name = claim, PersistentVolumeClaim = new() { ClaimName = claim },
            })],
        },
    };

    /// <summary>A pod that brings claims of its own for these volumes.</summary>
    public static Pod OwnPod(string name, string node, params string[] volumes)
    {
        var pod = Pod(name, node);
        return pod with
        {
            Spec = pod.Spec with
            {
                Volumes = [.. volumes.Select(volume => new Volume
                {
                    Name = volume,
                    Ephemeral = new()
                    {
                        VolumeClaimTemplate = new()
                        {
                            Metadata = new() { Labels = Given.Map(("app", name)), Annotations = Given.Map(("a", "b")) },
                            Spec = Claim("t:class=w").Spec,
                        },
                    },
                })],
            },
        };
    }

    /// <summary>What a claim sees.</summary>
    public static ClaimContext Context(
        string volumes = "", string classes = "", string nodes = "", params Pod[] pods)
    {
        var (all, known) = (Volumes(volumes), Classes(classes));
        return new()
        {
            Volumes = all,
            FindVolume = name => all.FirstOrDefault(volume => volume.Metadata.Name == name),
            Classes = known,
            FindClass = name => known.FirstOrDefault(storage => storage.Metadata.Name == name),
            Nodes = [.. nodes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Node)],
            Pods = pods,
        };
    }

    public static Dictionary<string, Quantity> Size(string size) => new() { ["storage"] = Quantity.Parse(size) };

    private static CSIPersistentVolumeSource Ours(string name, string? node) => new()
    {
        Driver = LocalStorage.Provisioner,
        VolumeHandle = name,
        VolumeAttributes = Given.Map((LocalStorage.NodeAttribute, node ?? "")),
    };

    private static ObjectReference? Reference(Dictionary<string, string> marks)
    {
        if (marks.TryGetValue("of", out var claim))
            return new() { Namespace = "default", Name = claim, Uid = marks.GetValueOrDefault("uid", $"uid-{claim}") };
        return marks.TryGetValue("for", out var kept) ? new() { Namespace = "default", Name = kept } : null;
    }

    private static string[] Modes(Dictionary<string, string> marks) =>
        [.. marks.GetValueOrDefault("modes", "RWO").Split(',').Select(mode => mode switch
        {
            "RWO" => "ReadWriteOnce", "ROX" => "ReadOnlyMany", "RWX" => "ReadWriteMany", _ => "ReadWriteOncePod",
        })];

    private static (string Name, Dictionary<string, string> Marks) Read(string text)
    {
        var parts = text.Split(':');
        return (parts[0], parts.Skip(1).Select(part => part.Split('=', 2))
            .ToDictionary(part => part[0], part => part.Length > 1 ? part[1] : ""));
    }
}
