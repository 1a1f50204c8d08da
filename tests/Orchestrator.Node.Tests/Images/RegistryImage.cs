using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Nodes.Tests.Images;

/// <summary>An image as a registry keeps it: a manifest, and blobs by digest.</summary>
internal sealed record RegistryImage(byte[] Manifest, IReadOnlyDictionary<string, byte[]> Blobs)
{
    public const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";

    private static readonly string[] Applets = ["sh", "sleep", "cat", "echo", "seq", "true"];

    public string Digest => DigestOf(Manifest);

    public static string DigestOf(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    /// <summary>Layers from below, each an archive.</summary>
    public static RegistryImage Of(params byte[][] layers)
    {
        var packed = layers.Select(Packed).ToList();
        var config = JsonSerializer.SerializeToUtf8Bytes(new
        {
            architecture = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture
                == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64",
            os = "linux",
            created = "2026-01-01T00:00:00Z",
            config = new { Env = new[] { "PATH=/bin" }, Cmd = new[] { "sh" } },
            rootfs = new { type = "layers", diff_ids = layers.Select(DigestOf) },
            history = layers.Select(_ => new { created = "2026-01-01T00:00:00Z", created_by = "test" }),
        });
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = ManifestType,
            config = new
            {
                mediaType = "application/vnd.docker.container.image.v1+json",
                size = config.Length,
                digest = DigestOf(config),
            },
            layers = packed.Select(layer => new
            {
                mediaType = "application/vnd.docker.image.rootfs.diff.tar.gzip",
                size = layer.Length,
                digest = DigestOf(layer),
            }),
        });
        return new RegistryImage(
            manifest, packed.Append(config).DistinctBy(DigestOf).ToDictionary(blob => DigestOf(blob)));
    }

    /// <summary>A busybox that no other layer is equal to.</summary>
    public static byte[] Base() => Archive(tar =>
    {
        foreach (var folder in new[] { "bin/", "tmp/", "proc/", "etc/" })
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, folder) { Mode = Mode(0x1ff) });
        }
        File(tar, "bin/busybox", System.IO.File.ReadAllBytes("/bin/busybox"), 0x1ed);
        foreach (var applet in Applets)
            tar.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, $"bin/{applet}") { LinkName = "busybox" });
        File(tar, "etc/unique", RandomNumberGenerator.GetBytes(64), 0x1a4);
    });

    /// <summary>One file.</summary>
    public static byte[] Layer(string path, string text) =>
        Archive(tar => File(tar, path, Encoding.UTF8.GetBytes(text), 0x1a4));

    /// <summary>A file of so much that cannot be packed.</summary>
    public static byte[] Layer(string path, int bytes) =>
        Archive(tar => File(tar, path, RandomNumberGenerator.GetBytes(bytes), 0x1a4));

    private static byte[] Archive(Action<TarWriter> fill)
    {
        using var files = new MemoryStream();
        using (var tar = new TarWriter(files, TarEntryFormat.Ustar, leaveOpen: true)) fill(tar);
        return files.ToArray();
    }

    private static void File(TarWriter tar, string path, byte[] content, int mode) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path)
        {
            Mode = Mode(mode),
            DataStream = new MemoryStream(content),
        });

    private static UnixFileMode Mode(int bits) => (UnixFileMode)bits;

    private static byte[] Packed(byte[] layer)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(layer);
        return packed.ToArray();
    }
}
