using System.Text;
using System.Text.Json;

namespace Orchestrator.Nodes.Tests.Images;

/// <summary>What <c>docker login</c> leaves behind.</summary>
internal static class LoginFile
{
    /// <summary>A <c>config.json</c>.</summary>
    public static string New(string registry, string user, string password) =>
        Framed(Old(registry, user, password));

    /// <summary>A <c>config.json</c> around an older file.</summary>
    public static string Framed(string old) => "{\"auths\":" + old + "}";

    /// <summary>A <c>.dockercfg</c>.</summary>
    public static string Old(string registry, string user, string password)
    {
        var both = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        return JsonSerializer.Serialize(
            new Dictionary<string, Dictionary<string, string>> { [registry] = new() { ["auth"] = both } });
    }
}
