using Orchestrator.ApiServer.Auth;

namespace Orchestrator.ApiServer.Tests;

public sealed class KubeconfigTests
{
    private const string Server = "https://127.0.0.1:6443";
    private const string Other = "https://127.0.0.1:7443";

    [Theory]
    [InlineData(Server, "ca", "token", true)]
    [InlineData(Other, "ca", "token", false)]
    [InlineData(Server, "new ca", "token", false)]
    [InlineData(Server, "ca", "new token", false)]
    public void What_the_user_changed_is_kept_while_it_leads_to_the_same_server(
        string server, string authority, string token, bool isKept)
    {
        var folder = Directory.CreateTempSubdirectory("orc-kubeconfig-");
        var path = Path.Combine(folder.FullName, "kubeconfig");
        Kubeconfig.Write(path, Server, "ca", "token");
        File.WriteAllText(path, File.ReadAllText(path).Replace("namespace: default", "namespace: mine"));

        Kubeconfig.Write(path, server, authority, token);

        var text = File.ReadAllText(path);
        text.Contains("namespace: mine", StringComparison.Ordinal).ShouldBe(isKept);
        text.ShouldContain($"server: {server}");
        folder.Delete(recursive: true);
    }
}
