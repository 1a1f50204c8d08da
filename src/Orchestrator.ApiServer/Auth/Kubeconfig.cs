using System.Text;

namespace Orchestrator.ApiServer.Auth;

/// <summary>The file by which kubectl finds the server, trusts it, and says who is asking.</summary>
public static class Kubeconfig
{
    /// <summary>
    /// Writes the file, readable by its owner alone. A file that leads to this server already is left alone: its owner
    /// may have set a namespace or added contexts.
    /// </summary>
    /// <param name="path">Where; a file that leads elsewhere is replaced.</param>
    /// <param name="server">URL of the server: <c>https://127.0.0.1:6443</c>.</param>
    /// <param name="caPem">The CA that signed the server's certificate.</param>
    /// <param name="token">The bearer token.</param>
    public static void Write(string path, string server, string caPem, string token)
    {
        var authority = Convert.ToBase64String(Encoding.UTF8.GetBytes(caPem));
        if (File.Exists(path))
        {
            var words = File.ReadAllText(path).Split(
                (char[])[' ', '\n', '\r', '"', '\''], StringSplitOptions.RemoveEmptyEntries);
            if (words.Contains(server) && words.Contains(authority) && words.Contains(token)) return;
        }
        PrivateFile.Write(path, $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: orchestrator
              cluster:
                server: {server}
                certificate-authority-data: {authority}
            users:
            - name: admin
              user:
                token: {token}
            contexts:
            - name: orchestrator
              context:
                cluster: orchestrator
                user: admin
                namespace: default
            current-context: orchestrator

            """);
    }
}
