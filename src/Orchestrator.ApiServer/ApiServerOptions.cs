using System.Security.Cryptography;

namespace Orchestrator.ApiServer;

/// <summary>Settings of the Kubernetes front-end.</summary>
public sealed class ApiServerOptions
{
    /// <summary>Bearer tokens that are accepted, and who each of them is.</summary>
    public IDictionary<string, ApiUser> Tokens { get; } = new Dictionary<string, ApiUser>(StringComparer.Ordinal);

    /// <summary>
    /// Whether every path but the health checks and the version needs a token. Off, everybody is
    /// <see cref="ApiUser.Anonymous"/>; for tests and for hosts that authenticate on their own.
    /// </summary>
    public bool RequireAuthentication { get; set; } = true;

    /// <summary>
    /// The key that tokens of service accounts are signed with (P-256), the same in all servers of a cluster; without
    /// one there are no such tokens.
    /// </summary>
    public ECDsa? TokenKey { get; set; }

    /// <summary>Who signs the tokens of service accounts.</summary>
    public string Issuer { get; set; } = "https://kubernetes.default.svc.cluster.local";

    /// <summary>For whom tokens are that are shown to this server; tokens for others are refused.</summary>
    public IReadOnlyList<string> Audiences { get; set; } = ["https://kubernetes.default.svc.cluster.local"];

    /// <summary>How long a measurement of a container is good for.</summary>
    public TimeSpan UsagePeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a proxied connection may take to open.</summary>
    public TimeSpan ProxyConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Checks shown by <c>/readyz</c>, and by <c>/livez</c> if they say so.</summary>
    public IList<HealthCheck> HealthChecks { get; } = [];

    /// <summary>What <c>/version</c> reports. Clients choose their behaviour by the minor version.</summary>
    public string GitVersion { get; set; } = "v1.32.0";

    /// <summary>Largest body of a request.</summary>
    public int BodyBytesMax { get; set; } = 3 * 1024 * 1024;

    /// <summary>How long a client may take to send the head of a request.</summary>
    public TimeSpan HeadTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may be open without a request.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>A client that reads an answer more slowly than this is cut off.</summary>
    public double ReadBytesPerSecondMin { get; set; } = 1024;

    /// <summary>How long a client may take to send the body of a request.</summary>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a write may take before it is answered with 504.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(34);

    /// <summary>How long a write is tried again when the silo that holds the object is lost; then 503.</summary>
    public TimeSpan WriteRetryTime { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a read waits for the store to say what others committed; then it is answered from what is known.
    /// </summary>
    public TimeSpan CatchUpTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>For so long after the store was found silent, reads do not wait to find it silent again.</summary>
    public TimeSpan SilenceMemory { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A store that is silent for longer makes this server not ready.</summary>
    public TimeSpan StoreSilenceMax { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a read waits for a resourceVersion that the cache has not seen yet.</summary>
    public TimeSpan FreshnessTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How often a watch that asked for bookmarks gets one.</summary>
    public TimeSpan BookmarkPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a watch lives that names no timeout; up to twice that, by its connection.</summary>
    public TimeSpan WatchTimeoutMin { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long the client of a watch may read nothing while there is something to read.</summary>
    public TimeSpan WatchStallMax { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the rest of a paged list stays consistent.</summary>
    public TimeSpan SnapshotLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many paged lists are kept consistent at a time.</summary>
    public int SnapshotsMax { get; set; } = 128;

    /// <summary>How long a client of exec, attach or port-forward may take to open the streams it asked for.</summary>
    public TimeSpan StreamOpenTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long such a client may take to leave after it was told the end.</summary>
    public TimeSpan StreamFarewellTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Bodies of at least this size are compressed for clients that accept it.</summary>
    public int CompressBytesMin { get; set; } = 128 * 1024;
}
