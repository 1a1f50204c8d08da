using System.CommandLine;

namespace Orchestrator.Hosting;

/// <summary><c>orc node add</c>: joins a container engine to a running cluster as a node.</summary>
internal static class NodeCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "name of the node" };
        var docker = new Option<string>("--docker")
        {
            Description =
                "its container engine: unix:///path of one machine, tcp://HOST:PORT, or ssh://[USER@]HOST[:PORT]",
            Required = true,
        };
        var labels = new Option<string[]>("--label") { Description = "KEY=VALUE; may be repeated" };
        var machine = new Option<string?>("--machine")
        {
            Description = "whose local socket unix:// is: the --machine of an orc process; default: this machine"
        };
        var address = new Option<string?>("--address")
        {
            Description = "IP address pods and other nodes reach its machine by; default: that of the engine"
        };
        var tls = new Option<string?>("--tls-dir")
        {
            Description = "folder with ca.pem, cert.pem and key.pem for mutual TLS over tcp://"
        };
        var insecure = new Option<bool>("--insecure")
        {
            Description = "allow tcp:// without TLS: whoever reaches the engine owns its machine"
        };
        var kubeconfig = new Option<string>("--kubeconfig")
        {
            Description = "kubeconfig of the cluster; default: KUBECONFIG, else the default data folder's",
            DefaultValueFactory = _ => ApiConnection.DefaultKubeconfig,
        };
        var add = new Command("add", "join a container engine to the cluster as a node")
        {
            name, docker, labels, machine, address, tls, insecure, kubeconfig,
        };
        add.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                var wanted = new NodeAddition(
                    parsed.GetValue(name)!, parsed.GetValue(docker)!, parsed.GetValue(labels) ?? [],
                    parsed.GetValue(machine),
                    parsed.GetValue(address), parsed.GetValue(tls), parsed.GetValue(insecure));
                using var cluster = ApiConnection.Open(parsed.GetValue(kubeconfig)!,
                    "name the cluster's with --kubeconfig FILE");
                await wanted.CarryOutAsync(cluster, cancellation);
                return 0;
            }
            catch (StartException trouble)
            {
                await Console.Error.WriteLineAsync($"orc: {trouble.Message}");
                return 1;
            }
        });
        return new Command("node", "nodes of a running cluster") { add };
    }
}
