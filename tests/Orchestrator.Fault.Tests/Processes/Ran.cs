using System.Diagnostics;

namespace Orchestrator.Fault.Tests.Processes;

/// <summary>Runs short commands to their end.</summary>
internal static class Ran
{
    /// <summary>What it printed; fails when it did not end well.</summary>
    public static async Task<string> OkAsync(params IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0,
            $"$ {string.Join(' ', command)}\nexit {process.ExitCode}\n{await output}{await error}");
        return await output;
    }

    /// <summary>Whether a program is on the path.</summary>
    public static bool IsThere(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Append("/usr/sbin").Append("/sbin")
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
