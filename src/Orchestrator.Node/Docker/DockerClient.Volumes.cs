using System.Text.Json;

namespace Orchestrator.Nodes.Docker;

/// <summary>Calls for volumes and the files in them.</summary>
internal sealed partial class DockerClient
{
    private const string PathHeader = "X-Docker-Container-Path-Stat";

    /// <summary>Makes a volume, or finds the one of that name.</summary>
    public Task<EngineVolume> CreateVolumeAsync(CreateVolume volume, CancellationToken cancellation) =>
        _connection.CallAsync(
            DockerCall.Post("volumes/create", Options.CallTimeout) with
            {
                Body = JsonSerializer.SerializeToUtf8Bytes(volume, DockerJson.Default.CreateVolume),
            },
            DockerJson.Default.EngineVolume, cancellation);

    /// <summary>Volumes that carry all these labels.</summary>
    public async Task<IReadOnlyList<EngineVolume>> ListVolumesAsync(string[] labels, CancellationToken cancellation) =>
        (await _connection.CallAsync(
            Get($"volumes?filters={Filters(("label", labels))}"), DockerJson.Default.ListedVolumes, cancellation))
            .Volumes ?? [];

    /// <summary>All volumes and what they hold. An engine before version 23 counts all else that it has, too.</summary>
    public async Task<IReadOnlyList<EngineVolume>> ListVolumeSizesAsync(CancellationToken cancellation) =>
        (await _connection.CallAsync(
            DockerCall.Get("system/df?type=volume", Options.StartTimeout), DockerJson.Default.ListedVolumes,
            cancellation)).Volumes ?? [];

    /// <summary>Removes a volume; nothing happens when it is gone.</summary>
    public Task RemoveVolumeAsync(string name, CancellationToken cancellation) =>
        _connection.CallAsync(
            new DockerCall(HttpMethod.Delete, $"volumes/{Escape(name)}", Options.StartTimeout) with { Accepts = [404] },
            cancellation);

    /// <summary>Unpacks an archive inside a container, which need not run.</summary>
    public Task PutArchiveAsync(string id, string path, byte[] archive, CancellationToken cancellation) =>
        _connection.CallAsync(
            new DockerCall(HttpMethod.Put, $"containers/{Escape(id)}/archive?path={Escape(path)}", Options.StartTimeout)
            with
            {
                Body = archive,
                IsTar = true,
            },
            cancellation);

    /// <summary>What is at a path inside a container, or null.</summary>
    public async Task<EnginePath?> FindPathAsync(string id, string path, CancellationToken cancellation)
    {
        var call = new DockerCall(
            HttpMethod.Head, $"containers/{Escape(id)}/archive?path={Escape(path)}", Options.CallTimeout);
        try
        {
            var said = await _connection.HeaderAsync(call, PathHeader, cancellation);
            return said is null
                ? null
                : JsonSerializer.Deserialize(Convert.FromBase64String(said), DockerJson.Default.EnginePath);
        }
        catch (RuntimeRefusedException refused) when (refused.Code == 404)
        {
            return null;
        }
    }

    /// <summary>The beginning of an archive of a path inside a container, or null.</summary>
    public async Task<byte[]?> GetArchiveAsync(
        string id, string path, int bytesMax, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _connection.OpenAsync(
                Get($"containers/{Escape(id)}/archive?path={Escape(path)}"), cancellation);
            using var archive = new MemoryStream();
            var buffer = new byte[16 * 1024];
            while (archive.Length < bytesMax
                && await answer.ReadAsync(buffer, Options.CallTimeout, cancellation) is > 0 and var count)
            {
                archive.Write(buffer, 0, count);
            }
            return archive.ToArray();
        }
        catch (RuntimeRefusedException refused) when (refused.Code == 404)
        {
            return null;
        }
    }
}
