using System.Security.Cryptography;
using Orchestrator.ApiServer.Auth;

namespace Orchestrator.Hosting;

/// <summary>The data folder: the cluster's identity, its keys, and where everything else lies.</summary>
internal sealed class DataFolder
{
    private DataFolder(string path)
    {
        Path = path;
        ClusterId = Kept("cluster-id", () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)));
        AdminToken = Kept("admin-token", () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        Authority = CertificateAuthority.LoadOrCreate(System.IO.Path.Combine(path, "pki"), TimeProvider.System);
    }

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <summary>Marks the containers of this cluster.</summary>
    public string ClusterId { get; }

    /// <summary>The bearer token of the kubeconfig.</summary>
    public string AdminToken { get; }

    /// <summary>The cluster's own CA.</summary>
    public CertificateAuthority Authority { get; }

    /// <summary>Where the kubeconfig goes.</summary>
    public string Kubeconfig => System.IO.Path.Combine(Path, "kubeconfig");

    /// <exception cref="StartException">The folder cannot be written.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return new DataFolder(path);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"the data folder {path} cannot be written by {Environment.UserName}: {trouble.Message}; "
                + "choose another with --data-dir DIR, or run as its owner", trouble);
        }
    }

    private string Kept(string name, Func<string> make)
    {
        var file = System.IO.Path.Combine(Path, name);
        if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } kept) return kept;
        var made = make();
        var next = $"{file}.next";
        File.WriteAllText(next, made);
        File.SetUnixFileMode(next, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(next, file, overwrite: true);
        return made;
    }
}
