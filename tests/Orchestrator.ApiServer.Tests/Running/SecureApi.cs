using Orchestrator.ApiServer.Auth;

namespace Orchestrator.ApiServer.Tests.Running;

/// <summary>The front-end behind HTTPS; kubectl sends no token over anything less.</summary>
public sealed class SecureApi : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pki-").FullName;

    public SecureApi()
    {
        Authority = CertificateAuthority.LoadOrCreate(_folder, TimeProvider.System);
        Api = new ApiProcess { Authority = Authority };
    }

    public CertificateAuthority Authority { get; }

    public ApiProcess Api { get; }

    public Task InitializeAsync() => Api.InitializeAsync();

    public async Task DisposeAsync()
    {
        await Api.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
