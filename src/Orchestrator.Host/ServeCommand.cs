using System.CommandLine;
using System.Net;

namespace Orchestrator.Hosting;

/// <summary><c>orc serve</c>: one process that is a whole cluster.</summary>
internal static class ServeCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var dataDir = new Option<string>("--data-dir")
        {
            Description = "where the store, keys, certificates and volumes live",
            DefaultValueFactory = _ => DefaultDataDirectory(),
        };
        var listen = new Option<string>("--listen")
        {
            Description = "address and port of the API",
            DefaultValueFactory = _ => "127.0.0.1:6443",
        };
        var docker = new Option<string>("--docker")
        {
            Description = "endpoint of the container engine of this machine, or none",
            DefaultValueFactory = _ => "unix:///var/run/docker.sock",
        };
        var nodeName = new Option<string>("--node-name")
        {
            Description = "name of this machine's node",
            DefaultValueFactory = _ => Environment.MachineName.ToLowerInvariant(),
        };
        var memory = new Option<bool>("--in-memory") { Description = "keep objects in memory only; for tests" };
        var simulated = new Option<int>("--simulated-nodes") { Description = "so many nodes without containers beside the real one" };
        var command = new Command("serve", "run a cluster in this process") { dataDir, listen, docker, nodeName, memory, simulated };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                var settings = new ServeSettings(
                    Path.GetFullPath(parsed.GetValue(dataDir)!), EndPointOf(parsed.GetValue(listen)!),
                    parsed.GetValue(docker)!, parsed.GetValue(nodeName)!, parsed.GetValue(memory), parsed.GetValue(simulated));
                await ClusterHost.RunAsync(settings, cancellation);
                return 0;
            }
            catch (StartException trouble)
            {
                await Console.Error.WriteLineAsync($"orc: {trouble.Message}");
                return 1;
            }
        });
        return command;
    }

    public static string DefaultDataDirectory() => Environment.UserName == "root"
        ? "/var/lib/orc"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".orc");

    private static IPEndPoint EndPointOf(string text) =>
        IPEndPoint.TryParse(text, out var endpoint) && endpoint.Port > 0
            ? endpoint
            : throw new StartException($"--listen \"{text}\" is no address: expected ADDRESS:PORT such as 127.0.0.1:6443");
}
