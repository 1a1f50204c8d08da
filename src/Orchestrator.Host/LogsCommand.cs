using System.CommandLine;

namespace Orchestrator.Hosting;

/// <summary><c>orc logs</c>: the last words of containers that have ended, also after their pod's deletion.</summary>
internal static class LogsCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var target = new Argument<string>("pod") { Description = "pod/NAME or NAME" };
        var container = new Option<string?>("--container", "-c") { Description = "one container; default: each" };
        var (ns, dataDir) = (WhyCommand.NamespaceOption(), WhyCommand.DataDirectoryOption());
        var command = new Command("logs",
            "show the last 4 KiB that containers of a pod wrote before they ended, also of a deleted pod")
        {
            target, container, ns, dataDir
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                await LastWords.PrintAsync(parsed.GetValue(dataDir)!, parsed.GetValue(ns)!, parsed.GetValue(target)!,
                    parsed.GetValue(container), cancellation);
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
}
