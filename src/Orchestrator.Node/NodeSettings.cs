using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Housekeeping;
using Orchestrator.Nodes.Images;
using Orchestrator.Reconcilers.Images;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes;

/// <summary>
/// What the operator of a machine may choose for all nodes that a process runs. The file has the kubelet's names where
/// the kubelet has the setting.
/// </summary>
public sealed record NodeSettings
{
    /// <summary>Where images come from, and how long they stay.</summary>
    public ImageOptions Images { get; init; } = new();

    /// <summary>What is tidied up.</summary>
    public HousekeepingOptions Housekeeping { get; init; } = new();

    /// <summary>Images being pulled at a time.</summary>
    public int ConcurrentPullsMax { get; init; } = 4;

    /// <summary>Size at which a container's log file is rotated.</summary>
    public long LogMaxBytes { get; init; } = 10L << 20;

    /// <summary>Log files kept per container.</summary>
    public int LogMaxFiles { get; init; } = 5;

    /// <summary>Reads the file.</summary>
    /// <exception cref="FormatException">It cannot be used; the message says what and why.</exception>
    public static NodeSettings Parse(byte[] file)
    {
        try
        {
            return Of(JsonSerializer.Deserialize(file, NodeSettingsJson.Default.NodeSettingsFile) ?? new());
        }
        catch (JsonException broken)
        {
            throw new FormatException($"it is no JSON of known settings: {broken.Message}", broken);
        }
    }

    /// <summary>Options of a node with these settings.</summary>
    public NodeAgentOptions Applied(NodeAgentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with { Images = Images, Housekeeping = Housekeeping, ConcurrentPullsMax = ConcurrentPullsMax };
    }

    /// <summary>Options of an engine with these settings.</summary>
    public DockerOptions Applied(DockerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with { LogMaxBytes = LogMaxBytes, LogMaxFiles = LogMaxFiles };
    }

    private static NodeSettings Of(NodeSettingsFile file)
    {
        var usual = new NodeSettings();
        var limits = usual.Images.Limits with
        {
            HighPercent = Between(file.ImageGCHighThresholdPercent, 0, 100, "imageGCHighThresholdPercent", 85),
            LowPercent = Between(file.ImageGCLowThresholdPercent, 0, 100, "imageGCLowThresholdPercent", 80),
            AgeMin = Span(file.ImageMinimumGCAge, "imageMinimumGCAge", usual.Images.Limits.AgeMin),
            UnusedMax = Span(file.ImageMaximumGCAge, "imageMaximumGCAge", usual.Images.Limits.UnusedMax),
        };
        if (limits.LowPercent >= limits.HighPercent)
            throw new FormatException("imageGCLowThresholdPercent has to be less than imageGCHighThresholdPercent");
        return new NodeSettings
        {
            Images = usual.Images with
            {
                Limits = limits,
                Mirrors = MirrorsOf(file.RegistryMirrors),
                PullSilenceMax = Span(
                    file.ImagePullProgressDeadline, "imagePullProgressDeadline", usual.Images.PullSilenceMax),
            },
            Housekeeping = usual.Housekeeping with
            {
                DeadContainers = new DeadContainerLimits
                {
                    AgeMin = Span(file.MinimumContainerTTLDuration, "minimumContainerTTLDuration", TimeSpan.Zero),
                    PerContainerMax = file.MaximumDeadContainersPerContainer ?? 1,
                    Max = file.MaximumDeadContainers ?? -1,
                },
            },
            ConcurrentPullsMax = Between(file.MaxParallelImagePulls, 1, 1000, "maxParallelImagePulls", 4),
            LogMaxBytes = SizeOf(file.ContainerLogMaxSize, "containerLogMaxSize", usual.LogMaxBytes),
            LogMaxFiles = Between(file.ContainerLogMaxFiles, 2, 1000, "containerLogMaxFiles", 5),
        };
    }

    private static RegistryMirrors MirrorsOf(IReadOnlyDictionary<string, IReadOnlyList<string>>? lists)
    {
        if (lists is null) return RegistryMirrors.None;
        var fault = lists.Values.SelectMany(list => list).Select(RegistryMirrors.Fault).FirstOrDefault(
            fault => fault is not null);
        return fault is null ? new RegistryMirrors(lists) : throw new FormatException($"registryMirrors: {fault}");
    }

    private static int Between(int? value, int min, int max, string name, int usual) => value switch
    {
        null => usual,
        { } number when number >= min && number <= max => number,
        _ => throw new FormatException($"{name} is {value}: expected a number from {min} to {max}"),
    };

    private static TimeSpan Span(string? text, string name, TimeSpan usual)
    {
        if (text is null) return usual;
        return GoDuration.TryParse(text, out var span)
            ? span
            : throw new FormatException($"{name} is \"{text}\": expected a time such as 90s, 2m0s or 1h30m");
    }

    private static long SizeOf(string? text, string name, long usual)
    {
        if (text is null) return usual;
        return Quantity.TryParse(text, out var size) && size.Value > 0
            ? size.Value
            : throw new FormatException($"{name} is \"{text}\": expected a size such as 10Mi");
    }
}

/// <summary>The file, as it is written.</summary>
internal sealed record NodeSettingsFile
{
    public int? ImageGCHighThresholdPercent { get; init; }
    public int? ImageGCLowThresholdPercent { get; init; }
    public string? ImageMinimumGCAge { get; init; }
    public string? ImageMaximumGCAge { get; init; }
    public string? ImagePullProgressDeadline { get; init; }
    public int? MaxParallelImagePulls { get; init; }
    public string? ContainerLogMaxSize { get; init; }
    public int? ContainerLogMaxFiles { get; init; }
    public string? MinimumContainerTTLDuration { get; init; }
    public int? MaximumDeadContainers { get; init; }
    public int? MaximumDeadContainersPerContainer { get; init; }
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? RegistryMirrors { get; init; }
}

/// <summary>Generated reader of the file. A setting that nobody knows is a mistake to be told.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(NodeSettingsFile))]
internal sealed partial class NodeSettingsJson : JsonSerializerContext;
