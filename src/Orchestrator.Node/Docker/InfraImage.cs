using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// An image of programs of ours, made here and loaded into the engine, so that no pod ever waits for a registry.
/// The same bytes every time: the tag is the hash of the programs, and loading it twice changes nothing.
/// </summary>
public sealed record InfraImage(string Reference, byte[] Archive)
{
    /// <summary>The program that dials from within a pod's network.</summary>
    public const string DialProgram = "dial";

    // As in other infra images: nobody, so that a process sharing its namespaces gains nothing from it.
    private const string Nobody = "65535:65535";

    /// <summary>
    /// The image of infra containers for an architecture as Kubernetes names it, as <c>docker save</c> would write it.
    /// </summary>
    public static InfraImage For(string architecture) =>
        Of("orchestrator/infra", architecture, Nobody,
            ("pause", InfraBinary.For(architecture)), (DialProgram, DialBinary.For(architecture)));

    /// <summary>The image of containers that hold volumes, whose program changes what an archive cannot.</summary>
    public static InfraImage ForVolumes(string architecture) =>
        Of("orchestrator/volumes", architecture, "0:0", ("change", VolumeBinary.For(architecture)));

    // The first program is what its containers run.
    private static InfraImage Of(
        string name, string architecture, string user, params (string Name, byte[] Binary)[] programs)
    {
        var reference = $"{name}:{Hash([.. programs.SelectMany(program => program.Binary)])[..16]}";
        const UnixFileMode executable = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead
            | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        var layer = Tar(Array.ConvertAll(programs, program => (program.Name, program.Binary, executable)));
        var config = JsonSerializer.SerializeToUtf8Bytes(
            new ImageConfigFile
            {
                Architecture = architecture,
                Os = "linux",
                Created = "1970-01-01T00:00:00Z",
                Config = new() { Entrypoint = [$"/{programs[0].Name}"], User = user, WorkingDir = "/" },
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
