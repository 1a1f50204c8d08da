using System.CommandLine;

namespace Orchestrator.Hosting;

/// <summary><c>orc serve</c>: one process that is a whole cluster, or one of several.</summary>
internal static class ServeCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var options = new ServeOptions();
        var command = new Command("serve", "run a cluster in this process, or join one of several processes");
        options.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                await ClusterHost.RunAsync(options.Read(parsed), cancellation);
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
}
