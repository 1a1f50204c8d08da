namespace Orchestrator.Nodes.Images;

/// <summary>
/// What opens a registry: a user and a password, or a token. Never written out: its text says only that there is one.
/// </summary>
/// <param name="IdentityToken">Stands for the password where a registry gave one.</param>
public sealed record RegistryCredential(string Username, string Password, string IdentityToken = "")
{
    private const string Hidden = "***";

    /// <summary>A text of others, such as an engine's refusal, without what is secret.</summary>
    public string Hide(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var secret in new[] { Password, IdentityToken })
        {
            if (secret.Length > 0) text = text.Replace(secret, Hidden, StringComparison.Ordinal);
        }
        return text;
    }

    /// <inheritdoc/>
    public override string ToString() => $"credential of {Username}";
}
