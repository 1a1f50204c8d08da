using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// An image of one program of ours, made here and loaded into the engine, so that no pod ever waits for a registry.
/// The same bytes every time: the tag is the hash of the program, and loading it twice changes nothing.
/// </summary>
public sealed record InfraImage(string Reference, byte[] Archive)
{
    // As in other infra images: nobody, so that a process sharing its namespaces gains nothing from it.
    private const string Nobody = "65535:65535";

    /// <summary>
    /// The image of infra containers for an architecture as Kubernetes names it, as <c>docker save</c> would write it.
    /// </summary>
    public static InfraImage For(string architecture) =>
        Of("orchestrator/infra", "pause", InfraBinary.For(architecture), architecture, Nobody);

    /// <summary>The image of containers that hold volumes, whose program changes what an archive cannot.</summary>
    public static InfraImage ForVolumes(string architecture) =>
        Of("orchestrator/volumes", "change", VolumeBinary.For(architecture), architecture, "0:0");

    private static InfraImage Of(string name, string program, byte[] binary, string architecture, string user)
    {
        var reference = $"{name}:{Hash(binary)[..16]}";
        var layer = Tar((program, binary, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead
            | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute));
        var config = JsonSerializer.SerializeToUtf8Bytes(
            new ImageConfigFile
            {
                Architecture = architecture,
                Os = "linux",
                Created = "1970-01-01T00:00:00Z",
                Config = new() { Entrypoint = [$"/{program}"], User = user, WorkingDir = "/" },
                RootFs = new() { Type = "layers", DiffIds = [$"sha256:{Hash(layer)}"] },
                History = [new() { Created = "1970-01-01T00:00:00Z", CreatedBy = "orchestrator infra image" }],
            },
            DockerJson.Default.ImageConfigFile);
        var configName = $"{Hash(config)}.json";
        var manifest = JsonSerializer.SerializeToUtf8Bytes(
            [new ImageManifestFile { Config = configName, RepoTags = [reference], Layers = ["layer.tar"] }],
            DockerJson.Default.ImageManifestFileArray);
        const UnixFileMode plain = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new InfraImage(
            reference, Tar((configName, config, plain), ("layer.tar", layer, plain),
                ("manifest.json", manifest, plain)));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Tar(params ReadOnlySpan<(string Name, byte[] Bytes, UnixFileMode Mode)> files)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, bytes, mode) in files)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
                {
                    Mode = mode,
                    ModificationTime = DateTimeOffset.UnixEpoch,
                    DataStream = new MemoryStream(bytes, writable: false),
                });
            }
        }
        return tar.ToArray();
    }
}
