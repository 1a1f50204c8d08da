using System.CommandLine;

namespace Orchestrator.Hosting;

/// <summary><c>orc why</c>: the kept reasons of an object, also after its deletion.</summary>
internal static class WhyCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var target = new Argument<string>("object")
        {
            Description = "KIND/NAME such as pod/web-1 or deployment/web, or a UID"
        };
        var (ns, dataDir) = (NamespaceOption(), DataDirectoryOption());
        var command = new Command("why", "say why an object was placed, restarted, scaled, deleted …")
        {
            target, ns, dataDir
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                await ReasonsPage.PrintAsync(parsed.GetValue(dataDir)!, parsed.GetValue(ns)!, parsed.GetValue(target)!,
                    cancellation);
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

    /// <summary>Where the object is.</summary>
    public static Option<string> NamespaceOption() => new("--namespace", "-n")
    {
        Description = "namespace",
        DefaultValueFactory = _ => "default"
    };

    /// <summary>Which cluster is asked.</summary>
    public static Option<string> DataDirectoryOption() => new("--data-dir")
    {
        Description = "data folder of the cluster; else the one that KUBECONFIG lies in",
        DefaultValueFactory = _ => DataDirectoryInUse() ?? ServeCommand.DefaultDataDirectory(),
    };

    // Who has exported KUBECONFIG, as up.sh says, means that cluster.
    private static string? DataDirectoryInUse()
    {
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is not { Length: > 0 } kubeconfig) return null;
        var folder = Path.GetDirectoryName(Path.GetFullPath(kubeconfig));
        return folder is not null && File.Exists(Path.Combine(folder, "cluster-id")) ? folder : null;
    }
}
