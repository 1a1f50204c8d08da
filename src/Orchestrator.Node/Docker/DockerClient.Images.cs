using System.Text.Json;
using Orchestrator.Nodes.Images;

namespace Orchestrator.Nodes.Docker;

/// <summary>Calls for images.</summary>
internal sealed partial class DockerClient
{
    /// <summary>Pulls an image.</summary>
    /// <param name="pull">With which credentials, and how patiently; null for none, and as the settings say.</param>
    public Task PullAsync(
        ImageReference image, IProgress<ProgressLine>? progress, CancellationToken cancellation, ImagePull? pull = null)
    {
        var path = $"images/create?fromImage={Escape(image.Name)}&tag={Escape(image.Tag)}";
        var call = DockerCall.Post(path, pull?.SilenceMax ?? Options.PullIdleTimeout) with
        {
            RegistryAuth = pull?.Credential is { } credential ? Header(credential, image.Name) : null,
        };
        return ProgressAsync(call, progress, cancellation);
    }

    /// <summary>Gives an image one more name.</summary>
    public Task TagImageAsync(string reference, ImageReference name, CancellationToken cancellation) =>
        _connection.CallAsync(
            DockerCall.Post(
                $"images/{ImageReference.Checked(reference)}/tag?repo={Escape(name.Name)}&tag={Escape(name.Tag)}",
                Options.CallTimeout),
            cancellation);

    /// <summary>All images but those that are only layers of others.</summary>
    public Task<EngineImage[]> ListImagesAsync(CancellationToken cancellation) =>
        _connection.CallAsync(Get("images/json?digests=1"), DockerJson.Default.EngineImageArray, cancellation);

    /// <summary>Removes a name of an image, and with the last one the image; nothing happens when it is gone.</summary>
    public Task RemoveImageAsync(string reference, CancellationToken cancellation) =>
        _connection.CallAsync(
            new DockerCall(HttpMethod.Delete, $"images/{ImageReference.Checked(reference)}", Options.StartTimeout) with
            {
                Accepts = [404],
            },
            cancellation);

    // Base64 for addresses, as the engine reads it.
    private static string Header(RegistryCredential credential, string name)
    {
        var said = new RegistryAuth
        {
            Username = credential.IdentityToken.Length > 0 ? null : credential.Username,
            Password = credential.IdentityToken.Length > 0 ? null : credential.Password,
            IdentityToken = credential.IdentityToken.Length > 0 ? credential.IdentityToken : null,
            ServerAddress = RepositoryName.Of(name).Host,
        };
        return Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(said, DockerJson.Default.RegistryAuth))
            .Replace('+', '-').Replace('/', '_');
    }
}
