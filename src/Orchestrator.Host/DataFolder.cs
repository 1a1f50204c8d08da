using System.Security.Cryptography;
using Orchestrator.ApiServer.Auth;

namespace Orchestrator.Hosting;

/// <summary>The data folder: the cluster's identity, its keys, and where everything else lies.</summary>
internal sealed class DataFolder
{
    private const string IdName = "cluster-id";
    private const string TokenName = "admin-token";
    private const string SiloPortName = "silo-port";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private DataFolder(string path) => Path = path;

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <summary>Marks the containers of this cluster.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The bearer token of the kubeconfig.</summary>
    public required string AdminToken { get; init; }

    /// <summary>The cluster's own CA.</summary>
    public required CertificateAuthority Authority { get; init; }

    /// <summary>Where the kubeconfig goes.</summary>
    public string Kubeconfig => FileOf(Path, "kubeconfig");

    /// <summary>The port other silos knew this one by last time; 0 when there was no such time.</summary>
    public int SiloPort
    {
        get => Read(Path, SiloPortName) is { } kept && int.TryParse(kept, out var port) ? port : 0;
        set => Write(Path, SiloPortName, $"{value}");
    }

    /// <summary>The cluster that a folder was of when it was last used; null when it never was of any.</summary>
    public static string? ClusterOf(string path) => Read(path, IdName);

    /// <summary>The folder of a cluster that is one process: what is missing is made.</summary>
    /// <exception cref="StartException">The folder cannot be written.</exception>
    public static DataFolder Open(string path) => Guarded(path, () => new DataFolder(path)
    {
        ClusterId = Kept(path, IdName, NewId),
        AdminToken = Kept(path, TokenName, NewToken),
        Authority = AuthorityIn(path),
    });

    /// <summary>
    /// The folder of one process of several: who the cluster is stands in its database. A folder of a cluster never
    /// makes an empty database its own: its nodes would remove all containers, for the database knows of none.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="keep">Reads what the database keeps under a name, or has it keep what is made.</param>
    /// <exception cref="StartException">The folder cannot be written, or is another cluster's.</exception>
    public static async Task<DataFolder> JoinAsync(string path, Func<string, Func<string>, Task<string>> keep)
    {
        Guarded(path, () => path);
        var own = Read(path, IdName);
        var id = await keep(IdName, () => own is null ? NewId() : throw new StartException(
            $"the data folder {path} belongs to cluster {own}, and the database is empty: copy the cluster into it first "
            + "(orc storage copy --from DIR --to DATABASE), or choose another folder with --data-dir DIR"));
        if (own is not null && own != id)
        {
            throw new StartException(
                $"the data folder {path} belongs to cluster {own}, and the database to cluster {id}: "
                + "choose another folder with --data-dir DIR, or another database");
        }
        var token = await keep(TokenName, NewToken);
        var authority = await keep("ca", () => Guarded(path, () => MadeAuthority(path)));
        return Guarded(path, () =>
        {
            Write(path, TokenName, token);
            if (Read(path, AuthorityName) != authority.Trim()) Write(path, AuthorityName, authority);
            // The identity comes last: a folder that has it has everything.
            Write(path, IdName, id);
            return new DataFolder(path) { ClusterId = id, AdminToken = token, Authority = AuthorityIn(path) };
        });
    }

    private static string AuthorityName => System.IO.Path.Combine("pki", "ca.pem");

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private static CertificateAuthority AuthorityIn(string path) =>
        CertificateAuthority.LoadOrCreate(FileOf(path, "pki"), TimeProvider.System);

    private static string MadeAuthority(string path)
    {
        AuthorityIn(path);
        return File.ReadAllText(FileOf(path, AuthorityName));
    }

    private static T Guarded<T>(string path, Func<T> use)
    {
        try
        {
            Directory.CreateDirectory(path, OwnerOnly);
            return use();
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"the data folder {path} cannot be written by {Environment.UserName}: {trouble.Message}; "
                + "choose another with --data-dir DIR, or run as its owner", trouble);
        }
    }

    private static string FileOf(string path, string name) => System.IO.Path.Combine(path, name);

    private static string Kept(string path, string name, Func<string> make)
    {
        if (Read(path, name) is { } kept) return kept;
        var made = make();
        Write(path, name, made);
        return made;
    }

    private static string? Read(string path, string name)
    {
        var file = FileOf(path, name);
        return File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } kept ? kept : null;
    }

    private static void Write(string path, string name, string text)
    {
        var file = FileOf(path, name);
        var next = $"{file}.next";
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!, OwnerOnly);
        File.Delete(next);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var writer = new StreamWriter(next, options)) writer.Write(text);
        File.Move(next, file, overwrite: true);
    }
}
