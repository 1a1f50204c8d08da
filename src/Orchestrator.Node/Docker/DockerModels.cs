using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Nodes.Docker;

// The wire of the Docker Engine API, only the members we use. Names are the engine's; lists may come as null.
#pragma warning disable CA1812 // made by the reader of JSON

internal sealed record ErrorAnswer
{
    [JsonPropertyName("message")] public string? Message { get; init; }
}

internal sealed record CreateContainer
{
    public string? Hostname { get; init; }
    public string? User { get; init; }
    public bool OpenStdin { get; init; }
    public bool StdinOnce { get; init; }
    public bool Tty { get; init; }
    public IReadOnlyList<string>? Env { get; init; }
    public IReadOnlyList<string>? Cmd { get; init; }
    public IReadOnlyList<string>? Entrypoint { get; init; }
    public required string Image { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public string? WorkingDir { get; init; }
    public string? StopSignal { get; init; }
    public HealthConfig? Healthcheck { get; init; }
    public required HostConfig HostConfig { get; init; }
}

internal sealed record CreateExec
{
    public bool AttachStdin { get; init; }
    public bool AttachStdout { get; init; }
    public bool AttachStderr { get; init; }
    public bool Tty { get; init; }
    public required IReadOnlyList<string> Cmd { get; init; }
}

internal sealed record StartExec
{
    public bool Detach { get; init; }
    public bool Tty { get; init; }
}

internal sealed record InspectedExec
{
    public bool Running { get; init; }
    public int? ExitCode { get; init; }
    public int Pid { get; init; }
    [JsonPropertyName("ContainerID")] public string ContainerId { get; init; } = "";
}

internal sealed record HealthConfig
{
    public required IReadOnlyList<string> Test { get; init; }
}

internal sealed record HostConfig
{
    public string? NetworkMode { get; init; }
    public string? IpcMode { get; init; }
    public string? PidMode { get; init; }
    [JsonPropertyName("UTSMode")] public string? UtsMode { get; init; }
    public IReadOnlyList<MountConfig>? Mounts { get; init; }
    public IReadOnlyDictionary<string, string>? Tmpfs { get; init; }
    public long CpuShares { get; init; }
    public long CpuPeriod { get; init; }
    public long CpuQuota { get; init; }
    public long Memory { get; init; }
    public long MemorySwap { get; init; }
    public int OomScoreAdj { get; init; }
    public IReadOnlyList<string>? GroupAdd { get; init; }
    public IReadOnlyList<string>? CapAdd { get; init; }
    public IReadOnlyList<string>? CapDrop { get; init; }
    public RestartConfig? RestartPolicy { get; init; }
    public bool Privileged { get; init; }
    public bool ReadonlyRootfs { get; init; }
    public IReadOnlyList<string>? SecurityOpt { get; init; }
    public IReadOnlyList<string>? MaskedPaths { get; init; }
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }
    public IReadOnlyList<string>? DeviceCgroupRules { get; init; }
    public IReadOnlyDictionary<string, string>? Sysctls { get; init; }

    /// <summary>Null is the engine's default.</summary>
    public string? Runtime { get; init; }
    public LogConfig? LogConfig { get; init; }
    public long? PidsLimit { get; init; }
    public string? CgroupParent { get; init; }
    public IReadOnlyList<UlimitConfig>? Ulimits { get; init; }
    public IReadOnlyList<DeviceConfig>? Devices { get; init; }
    public IReadOnlyList<DeviceRequest>? DeviceRequests { get; init; }
}

internal sealed record RestartConfig(string Name);

internal sealed record UlimitConfig(string Name, long Soft, long Hard);

internal sealed record DeviceConfig(string PathOnHost, string PathInContainer, string CgroupPermissions);

internal sealed record DeviceRequest
{
    public required string Driver { get; init; }
    [JsonPropertyName("DeviceIDs")] public required IReadOnlyList<string> DeviceIds { get; init; }
    public required IReadOnlyList<IReadOnlyList<string>> Capabilities { get; init; }
}

internal sealed record UpdateContainer
{
    public long CpuShares { get; init; }
    public long CpuPeriod { get; init; }
    public long CpuQuota { get; init; }
    public long Memory { get; init; }
    public long MemorySwap { get; init; }
}

internal sealed record MountConfig
{
    public required string Type { get; init; }
    public required string Source { get; init; }
    public required string Target { get; init; }
    public bool ReadOnly { get; init; }
    public BindConfig? BindOptions { get; init; }
    public VolumeConfig? VolumeOptions { get; init; }
}

internal sealed record VolumeConfig
{
    public bool NoCopy { get; init; }
}

internal sealed record CreateVolume
{
    public required string Name { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public IReadOnlyDictionary<string, string>? DriverOpts { get; init; }
}

internal sealed record EngineVolume
{
    public required string Name { get; init; }
    public required string Mountpoint { get; init; }
    public Dictionary<string, string>? Labels { get; init; }
    public VolumeUsage? UsageData { get; init; }
}

internal sealed record VolumeUsage
{
    public long Size { get; init; }
}

internal sealed record ListedVolumes
{
    public IReadOnlyList<EngineVolume>? Volumes { get; init; }
}

internal sealed record EnginePath
{
    [JsonPropertyName("linkTarget")] public string? LinkTarget { get; init; }
}

internal sealed record BindConfig
{
    public string? Propagation { get; init; }
}

internal sealed record LogConfig
{
    public required string Type { get; init; }
    public IReadOnlyDictionary<string, string>? Config { get; init; }
}

internal sealed record CreatedContainer
{
    public required string Id { get; init; }
}

internal sealed record WaitAnswer
{
    public long StatusCode { get; init; }
}

internal sealed record ListedContainer
{
    public required string Id { get; init; }
    public IReadOnlyList<string>? Names { get; init; }
    public string? Image { get; init; }
    [JsonPropertyName("ImageID")] public string? ImageId { get; init; }
    public long Created { get; init; }
    public string? State { get; init; }
    public Dictionary<string, string>? Labels { get; init; }
    public long SizeRw { get; init; }
    public InspectedHostConfig? HostConfig { get; init; }
    public InspectedNetwork? NetworkSettings { get; init; }
}

internal sealed record InspectedContainer
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public DateTimeOffset Created { get; init; }
    public string? Image { get; init; }
    public required InspectedState State { get; init; }
    public required InspectedConfig Config { get; init; }
    public InspectedHostConfig? HostConfig { get; init; }
    public InspectedNetwork? NetworkSettings { get; init; }
}

internal sealed record InspectedState
{
    public string? Status { get; init; }
    public int Pid { get; init; }
    [JsonPropertyName("OOMKilled")] public bool IsOomKilled { get; init; }
    public int ExitCode { get; init; }
    public string? Error { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset FinishedAt { get; init; }
}

internal sealed record InspectedHostConfig
{
    public string? NetworkMode { get; init; }
    public string? PidMode { get; init; }
    public long CpuShares { get; init; }
    public long CpuQuota { get; init; }
    public long Memory { get; init; }
}

internal sealed record InspectedConfig
{
    public string? Image { get; init; }
    public bool Tty { get; init; }
    public string? StopSignal { get; init; }
    public Dictionary<string, string>? Labels { get; init; }
}

internal sealed record InspectedNetwork
{
    public Dictionary<string, NetworkEndpoint?>? Networks { get; init; }
}

internal sealed record NetworkEndpoint
{
    [JsonPropertyName("IPAddress")] public string? IpAddress { get; init; }
}

internal sealed record InspectedImage
{
    public required string Id { get; init; }
    public IReadOnlyList<string>? RepoDigests { get; init; }
    public long Size { get; init; }
    public ImageConfig? Config { get; init; }
}

internal sealed record EngineImage
{
    public required string Id { get; init; }
    public IReadOnlyList<string>? RepoTags { get; init; }
    public IReadOnlyList<string>? RepoDigests { get; init; }
    public long Size { get; init; }
}

internal sealed record RegistryAuth
{
    [JsonPropertyName("username")] public string? Username { get; init; }
    [JsonPropertyName("password")] public string? Password { get; init; }
    [JsonPropertyName("identitytoken")] public string? IdentityToken { get; init; }
    [JsonPropertyName("serveraddress")] public string? ServerAddress { get; init; }
}

internal sealed record ImageConfig
{
    public string? User { get; init; }
    public IReadOnlyList<string>? Entrypoint { get; init; }
    public string? WorkingDir { get; init; }
}

internal sealed record EngineMachine
{
    [JsonPropertyName("ID")] public string? Id { get; init; }
    [JsonPropertyName("OSType")] public string? OsType { get; init; }
    public string? OperatingSystem { get; init; }
    public string? KernelVersion { get; init; }
    public string? Architecture { get; init; }
    [JsonPropertyName("NCPU")] public int Cpus { get; init; }
    public long MemTotal { get; init; }
    public string? ServerVersion { get; init; }
    public string? DockerRootDir { get; init; }
    public IReadOnlyList<string>? Warnings { get; init; }
    public IReadOnlyList<string>? SecurityOptions { get; init; }
    public string? CgroupDriver { get; init; }

    /// <summary>Engines that know only the first say none.</summary>
    public string? CgroupVersion { get; init; }

    /// <summary>By name; what is said of them differs between versions.</summary>
    public Dictionary<string, JsonElement>? Runtimes { get; init; }
}

internal sealed record EngineVersion
{
    public string? Arch { get; init; }
}

internal sealed record EngineEvent
{
    public string? Type { get; init; }
    public string? Action { get; init; }
    public EventActor? Actor { get; init; }
    [JsonPropertyName("time")] public long Seconds { get; init; }
    [JsonPropertyName("timeNano")] public long Nanoseconds { get; init; }
}

internal sealed record EventActor
{
    [JsonPropertyName("ID")] public string? Id { get; init; }
    public Dictionary<string, string>? Attributes { get; init; }
}

internal sealed record ProgressLine
{
    [JsonPropertyName("status")] public string? Status { get; init; }
    [JsonPropertyName("id")] public string? Id { get; init; }
    [JsonPropertyName("error")] public string? Error { get; init; }
    [JsonPropertyName("errorDetail")] public ErrorDetail? ErrorDetail { get; init; }
    [JsonPropertyName("progressDetail")] public ProgressDetail? Progress { get; init; }
}

internal sealed record ContainerStats
{
    [JsonPropertyName("read")] public DateTimeOffset Read { get; init; }
    [JsonPropertyName("preread")] public DateTimeOffset EarlierRead { get; init; }
    [JsonPropertyName("cpu_stats")] public CpuStats? Cpu { get; init; }
    [JsonPropertyName("precpu_stats")] public CpuStats? EarlierCpu { get; init; }
    [JsonPropertyName("memory_stats")] public MemoryStats? Memory { get; init; }
    [JsonPropertyName("pids_stats")] public PidsStats? Pids { get; init; }
    [JsonPropertyName("networks")] public Dictionary<string, NetworkStats>? Networks { get; init; }
}

internal sealed record PidsStats
{
    [JsonPropertyName("current")] public long Current { get; init; }
}

internal sealed record NetworkStats
{
    [JsonPropertyName("rx_bytes")] public long RxBytes { get; init; }
    [JsonPropertyName("rx_errors")] public long RxErrors { get; init; }
    [JsonPropertyName("tx_bytes")] public long TxBytes { get; init; }
    [JsonPropertyName("tx_errors")] public long TxErrors { get; init; }
}

internal sealed record CpuStats
{
    [JsonPropertyName("cpu_usage")] public CpuUsage? Usage { get; init; }
}

internal sealed record CpuUsage
{
    [JsonPropertyName("total_usage")] public long TotalNanoseconds { get; init; }
}

internal sealed record MemoryStats
{
    [JsonPropertyName("usage")] public long UsageBytes { get; init; }
    [JsonPropertyName("stats")] public Dictionary<string, long>? Parts { get; init; }
}

internal sealed record ErrorDetail
{
    [JsonPropertyName("code")] public int Code { get; init; }
    [JsonPropertyName("message")] public string? Message { get; init; }
}

internal sealed record ProgressDetail
{
    [JsonPropertyName("current")] public long Current { get; init; }
    [JsonPropertyName("total")] public long Total { get; init; }
}

/// <summary>The config of an image inside an archive; lower-case names, unlike the API's.</summary>
internal sealed record ImageConfigFile
{
    [JsonPropertyName("architecture")] public required string Architecture { get; init; }
    [JsonPropertyName("os")] public required string Os { get; init; }
    [JsonPropertyName("created")] public required string Created { get; init; }
    [JsonPropertyName("config")] public required ImageConfig Config { get; init; }
    [JsonPropertyName("rootfs")] public required ImageRootFs RootFs { get; init; }
    [JsonPropertyName("history")] public required IReadOnlyList<ImageHistory> History { get; init; }
}

internal sealed record ImageRootFs
{
    [JsonPropertyName("type")] public required string Type { get; init; }
    [JsonPropertyName("diff_ids")] public required IReadOnlyList<string> DiffIds { get; init; }
}

internal sealed record ImageHistory
{
    [JsonPropertyName("created")] public required string Created { get; init; }
    [JsonPropertyName("created_by")] public required string CreatedBy { get; init; }
}

internal sealed record ImageManifestFile
{
    public required string Config { get; init; }
    public required IReadOnlyList<string> RepoTags { get; init; }
    public required IReadOnlyList<string> Layers { get; init; }
}

/// <summary>Generated readers and writers of the wire.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(CreateContainer))]
[JsonSerializable(typeof(CreatedContainer))]
[JsonSerializable(typeof(UpdateContainer))]
[JsonSerializable(typeof(WaitAnswer))]
[JsonSerializable(typeof(CreateExec))]
[JsonSerializable(typeof(StartExec))]
[JsonSerializable(typeof(InspectedExec))]
[JsonSerializable(typeof(CreateVolume))]
[JsonSerializable(typeof(EngineVolume))]
[JsonSerializable(typeof(ListedVolumes))]
[JsonSerializable(typeof(EnginePath))]
[JsonSerializable(typeof(ListedContainer[]))]
[JsonSerializable(typeof(InspectedContainer))]
[JsonSerializable(typeof(InspectedImage))]
[JsonSerializable(typeof(EngineImage[]))]
[JsonSerializable(typeof(RegistryAuth))]
[JsonSerializable(typeof(EngineMachine))]
[JsonSerializable(typeof(EngineVersion))]
[JsonSerializable(typeof(EngineEvent))]
[JsonSerializable(typeof(ContainerStats))]
[JsonSerializable(typeof(ProgressLine))]
[JsonSerializable(typeof(ImageConfigFile))]
[JsonSerializable(typeof(ImageManifestFile[]))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
internal sealed partial class DockerJson : JsonSerializerContext;
