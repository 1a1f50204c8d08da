using Microsoft.Extensions.Logging;

namespace Orchestrator.Nodes.Images;

/// <summary>
/// The credentials that every pod of a node may use, in the form of Docker's <c>config.json</c>. Read again when the
/// file has changed; while it is broken, what it said before stands.
/// </summary>
internal sealed class CredentialsFile(string? path, ILogger logger)
{
    private Keyring _known = Keyring.Empty;
    private (DateTime WrittenAt, long Length)? _read;

    public Keyring Read()
    {
        if (path is null) return Keyring.Empty;
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) return Keyring.Empty;
            var version = (file.LastWriteTimeUtc, file.Length);
            if (_read == version) return _known;
            _read = version;
            _known = DockerConfig.Parse(File.ReadAllBytes(path));
        }
        catch (Exception broken) when (broken is FormatException or IOException or UnauthorizedAccessException)
        {
            logger.LogError(
                "The registry credentials in {Path} cannot be read, so those read before stand: {Why}", path,
                broken.Message);
        }
        return _known;
    }
}
