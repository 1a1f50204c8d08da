using System.Diagnostics;

namespace Orchestrator.Conformance.Tests.Running;

/// <summary>What a finished command printed and how it ended.</summary>
public sealed record Ran(string Command, int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    /// <summary>Runs a command to its end; it is killed at the deadline.</summary>
    public static async Task<Ran> Async(
        string file, IEnumerable<string> args, string? input = null, IDictionary<string, string>? env = null)
    {
        using var process = Start(file, args, env);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var timeout = new CancellationTokenSource(Deadline);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
        return new Ran($"{file} {string.Join(' ', process.StartInfo.ArgumentList)}", process.ExitCode, await output,
            await error);
    }

    /// <summary>Starts a command with its streams redirected.</summary>
    public static Process Start(string file, IEnumerable<string> args, IDictionary<string, string>? env = null)
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var arg in args) start.ArgumentList.Add(arg);
        foreach (var (key, value) in env ?? new Dictionary<string, string>()) start.Environment[key] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
    }

    /// <summary>The output, when the command ended well; else a failure that shows all it said.</summary>
    public string Ok() => ExitCode == 0 ? Output : throw new Xunit.Sdk.XunitException(ToString());

    /// <inheritdoc />
    public override string ToString() => $"$ {Command}\nexit {ExitCode}\n{Output}{Error}";
}
