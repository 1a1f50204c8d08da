using Orchestrator.Nodes.Sandboxes;

namespace Orchestrator.Nodes.Docker;

/// <summary>Between our words for a container and the engine's. Pure.</summary>
internal static class ContainerMapping
{
    /// <summary>
    /// The runtime that makes a host name of the kernel parameter of that name, which others refuse; it is a script of
    /// ours that the engine must have been told of.
    /// </summary>
    public const string NamingRuntime = "orc";

    private const string HostnameParameter = "kernel.hostname";
    private const string HostnameVariable = "HOSTNAME=";
    private const long CpuPeriodMicros = 100_000;
    private const long CpuQuotaMinMicros = 1_000;

    /// <summary>What the engine is asked to make.</summary>
    public static CreateContainer ToEngine(
        ContainerSpec spec, string nodeLabel, DockerOptions options, MachineAbilities abilities)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var ownsNames = spec.JoinsSandbox is null && !spec.HostNetwork;
        return new CreateContainer
        {
            Image = spec.Image,
            // The engine refuses a host name beside the network of another container or of the machine.
            Hostname = ownsNames ? spec.Hostname : null,
            User = spec.User,
            OpenStdin = spec.Stdin,
            StdinOnce = spec.Stdin && spec.StdinOnce,
            Tty = spec.Tty,
            Env = Environment(spec),
            // An ENTRYPOINT of ours makes the engine forget the image's CMD.
            Entrypoint = spec.Command.Count > 0 ? spec.Command : null,
            Cmd = spec.Args.Count > 0 ? spec.Args : null,
            Labels = new Dictionary<string, string>(spec.Labels) { [ContainerLabels.Node] = nodeLabel },
            WorkingDir = spec.WorkingDir,
            StopSignal = spec.StopSignal,
            // Probes are the node's; a HEALTHCHECK of the image would only burn processor time.
            Healthcheck = new HealthConfig { Test = ["NONE"] },
            HostConfig = Host(spec, options, abilities),
        };
    }

    /// <summary>One container in full.</summary>
    public static ContainerSnapshot FromEngine(InspectedContainer container)
    {
        ArgumentNullException.ThrowIfNull(container);
        var state = container.State;
        return new ContainerSnapshot(
            container.Id, container.Name.TrimStart('/'), Phase(state.Status),
            Labels(container.Name, container.Config.Labels), container.Config.Image ?? "", container.Image ?? "",
            container.Created)
        {
            StartedAt = Moment(state.StartedAt),
            FinishedAt = Moment(state.FinishedAt),
            ExitCode = state.ExitCode,
            IsOomKilled = state.IsOomKilled,
            Limits = container.HostConfig is { } host ? new(host.CpuShares, host.CpuQuota, host.Memory) : null,
            StopSignal = string.IsNullOrEmpty(container.Config.StopSignal) ? null : container.Config.StopSignal,
            IpAddress = container.NetworkSettings?.Networks?.Values
                .Select(network => network?.IpAddress).FirstOrDefault(address => !string.IsNullOrEmpty(address)),
            Error = string.IsNullOrEmpty(state.Error) ? null : state.Error,
        };
    }

    /// <summary>One container as a list tells it.</summary>
    public static ContainerSnapshot FromEngine(ListedContainer container)
    {
        ArgumentNullException.ThrowIfNull(container);
        var name = container.Names is [var first, ..] ? first.TrimStart('/') : "";
        return new ContainerSnapshot(
            container.Id, name, Phase(container.State), Labels(name, container.Labels), container.Image ?? "",
            container.ImageId ?? "", DateTimeOffset.FromUnixTimeSeconds(container.Created));
    }

    /// <summary>An event, or null when it is none of those we know.</summary>
    public static RuntimeEvent? FromEngine(EngineEvent what)
    {
        ArgumentNullException.ThrowIfNull(what);
        RuntimeEventType? type = what.Action switch
        {
            "start" => RuntimeEventType.Started,
            "die" => RuntimeEventType.Died,
            "oom" => RuntimeEventType.OutOfMemory,
            "destroy" => RuntimeEventType.Removed,
            _ => null,
        };
        return type is { } known && what.Actor is { Id: { } id } actor
            ? new RuntimeEvent(
                known, id, DateTimeOffset.UnixEpoch.AddTicks(what.Nanoseconds / 100),
                Labels(actor.Attributes?.GetValueOrDefault("name") ?? "", actor.Attributes))
            : null;
    }

    /// <summary>The labels of a container; of a warm sandbox that was given away, its name tells the rest.</summary>
    public static IReadOnlyDictionary<string, string> Labels(string name, Dictionary<string, string>? labels) =>
        WarmSandbox.Identify(name.TrimStart('/'), labels ?? []);

    /// <summary>The network mode of a container in a sandbox; how a half-made one is known to fit.</summary>
    public static string NetworkMode(ContainerSpec spec, DockerOptions options)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(options);
        return spec.JoinsSandbox is { } sandbox
            ? $"container:{sandbox}"
            : spec.HostNetwork ? "host" : options.NetworkName;
    }

    /// <summary>The PID mode of a container; null for a namespace of its own.</summary>
    public static string? PidMode(ContainerSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.HostPid) return "host";
        if (spec is { SharesPid: true, JoinsSandbox: { } sandbox }) return $"container:{sandbox}";
        return spec.JoinsPidOf is { } target ? $"container:{target}" : null;
    }

    /// <summary>The architecture as Kubernetes names it, from what <c>uname</c> calls it.</summary>
    public static string Architecture(string? machine) => machine switch
    {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "armv7l" or "armhf" => "arm",
        "i386" or "i686" => "386",
        null or "" => "unknown",
        _ => machine,
    };

    private static HostConfig Host(ContainerSpec spec, DockerOptions options, MachineAbilities abilities)
    {
        var host = new HostConfig
        {
            NetworkMode = NetworkMode(spec, options),
            IpcMode = spec.HostIpc ? "host" : spec.JoinsSandbox is { } owner ? $"container:{owner}" : "shareable",
            PidMode = PidMode(spec),
            UtsMode = spec.HostNetwork ? "host" : null,
            Mounts = [.. spec.Mounts.Select(Mount)],
            Tmpfs = spec.Tmpfs.ToDictionary(
                tmpfs => tmpfs.Key, tmpfs => tmpfs.Value > 0 ? $"exec,mode=1777,size={tmpfs.Value}" : "exec,mode=1777"),
            CpuShares = spec.CpuShares,
            CpuPeriod = spec.CpuQuotaMicros > 0 ? CpuPeriodMicros : 0,
            CpuQuota = spec.CpuQuotaMicros > 0 ? Math.Max(spec.CpuQuotaMicros, CpuQuotaMinMicros) : 0,
            Memory = spec.MemoryBytes,
            // Equal to the limit means no swap: a pod that may swap is never killed, only slow.
            MemorySwap = spec.MemoryBytes,
            OomScoreAdj = spec.OomScoreAdj is { } score && (score >= 0 || abilities.LowersOomScore) ? score : 0,
            GroupAdd = spec.Groups,
            CapAdd = spec.AddCapabilities,
            CapDrop = spec.DropCapabilities,
            ReadonlyRootfs = spec.ReadOnlyRoot,
            SecurityOpt = ContainerConfinement.SecurityOptions(spec),
            MaskedPaths = spec.UnmasksProc ? [] : null,
            ReadonlyPaths = spec.UnmasksProc ? [] : null,
            PidsLimit = spec.PidsMax > 0 ? spec.PidsMax : null,
            CgroupParent = spec.CgroupParent,
            Ulimits = spec.Ulimits.Count == 0 ? null
                : [.. spec.Ulimits.Select(limit => new UlimitConfig(limit.Name, limit.Soft, limit.Hard))],
            Runtime = IsNamedApart(spec) ? NamingRuntime : spec.Runtime,
            Devices = spec.Devices.Count == 0 ? null
                : [.. spec.Devices.Select(path => new DeviceConfig(path, path, "rwm"))],
            DeviceRequests = ContainerConfinement.DeviceRequests(spec),
            Sysctls = IsNamedApart(spec)
                ? new Dictionary<string, string>(spec.Sysctls) { [HostnameParameter] = spec.Hostname! }
                : spec.Sysctls,
            LogConfig = new LogConfig
            {
                Type = "json-file",
                Config = new Dictionary<string, string>
                {
                    // In bytes: what Docker calls 10m is not 10Mi.
                    ["max-size"] = options.LogMaxBytes.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    ["max-file"] = options.LogMaxFiles.ToString(System.Globalization.CultureInfo.InvariantCulture),
                },
            },
        };
        return spec.Privileged ? Privilege(host, abilities) : host;
    }

    private static bool IsNamedApart(ContainerSpec spec) => spec is { JoinsSandbox: not null, Hostname: not null };

    // The engine says the host name of the sandbox there, unless it is told another one.
    private static IReadOnlyList<string> Environment(ContainerSpec spec) =>
        IsNamedApart(spec) && !spec.Env.Any(line => line.StartsWith(HostnameVariable, StringComparison.Ordinal))
            ? [HostnameVariable + spec.Hostname, .. spec.Env]
            : spec.Env;

    private static HostConfig Privilege(HostConfig host, MachineAbilities abilities) => abilities.GrantsAllCapabilities
        ? host with { Privileged = true }
        : host with
        {
            CapAdd = ["ALL"],
            CapDrop = ["SYS_RESOURCE"],
            SecurityOpt =
            [
                .. (host.SecurityOpt ?? []).Where(
                    option => !option.StartsWith("seccomp=", StringComparison.Ordinal)),
                "seccomp=unconfined", "label=disable",
            ],
            MaskedPaths = [],
            ReadonlyPaths = [],
            DeviceCgroupRules = ["a *:* rwm"],
        };

    private static MountConfig Mount(ContainerMount mount) => mount.IsVolume ? Volume(mount) : new()
    {
        Type = "bind",
        Source = mount.Source,
        Target = mount.Target,
        ReadOnly = mount.IsReadOnly,
        // Unsaid, it is private; but the engine must choose by itself where the source holds the engine's own folder.
        BindOptions = mount.Propagation is null or "None" ? null : new BindConfig
        {
            Propagation = mount.Propagation switch
            {
                "HostToContainer" => "rslave",
                "Bidirectional" => "rshared",
                var own => own,
            },
        },
    };

    // What an image has at that place is not wanted in it.
    private static MountConfig Volume(ContainerMount mount) => new()
    {
        Type = "volume",
        Source = mount.Source,
        Target = mount.Target,
        ReadOnly = mount.IsReadOnly,
        VolumeOptions = new VolumeConfig { NoCopy = true },
    };

    private static ContainerPhase Phase(string? state) => state switch
    {
        "created" => ContainerPhase.Created,
        "running" or "paused" or "restarting" => ContainerPhase.Running,
        "exited" or "dead" or "removing" => ContainerPhase.Exited,
        _ => ContainerPhase.Unknown,
    };

    // The engine says year 1 for "never".
    private static DateTimeOffset? Moment(DateTimeOffset said) => said.Year > 1 ? said : null;
}
