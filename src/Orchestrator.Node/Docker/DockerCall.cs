namespace Orchestrator.Nodes.Docker;

/// <summary>One request to an engine, with the longest wait for its answer.</summary>
internal sealed record DockerCall(HttpMethod Method, string Path, TimeSpan Timeout)
{
    /// <summary>What is sent, or null.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The body is an archive; otherwise it is JSON.</summary>
    public bool IsTar { get; init; }

    /// <summary>Statuses that are no error to this caller.</summary>
    public IReadOnlyList<int> Accepts { get; init; } = [];

    /// <summary>Asks for the connection itself.</summary>
    public bool IsHijack { get; init; }

    /// <summary>Opens the registry the engine shall ask; sent as a header, and told nobody else.</summary>
    public string? RegistryAuth { get; init; }

    /// <summary>Sent without the API version, for the call that asks for it.</summary>
    public bool IsUnversioned { get; init; }

    /// <summary>Reads something.</summary>
    public static DockerCall Get(string path, TimeSpan timeout) => new(HttpMethod.Get, path, timeout);

    /// <summary>Does something.</summary>
    public static DockerCall Post(string path, TimeSpan timeout) => new(HttpMethod.Post, path, timeout);

    /// <summary>For sentences: method and path without the question.</summary>
    public override string ToString() => $"{Method} /{Path.Split('?')[0]}";
}
