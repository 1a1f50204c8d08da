using System.Diagnostics;
using System.Globalization;
using Orchestrator.Nodes.Docker;

namespace Orchestrator.Nodes.Tests.Docker;

/// <summary>Processes of this machine, some of which are to be killed.</summary>
public sealed class LocalProcessesTests
{
    // Every process is of some group, and every group's path has one.
    private const string AnyGroup = "/";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Who_is_of_another_container_is_left_alone_and_who_is_of_this_one_goes_with_its_children()
    {
        using var parent = Process.Start(new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", "sleep 4321 & echo $!; wait" },
            RedirectStandardOutput = true,
        })!;
        var child = int.Parse((await parent.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);

        LocalProcesses.Kill(parent.Id, "0123456789abcdef");
        LocalProcesses.Kill(parent.Id, "");
        (parent.HasExited, Lives(child)).ShouldBe((false, true));

        LocalProcesses.Kill(parent.Id, AnyGroup);
        using var patience = new CancellationTokenSource(Patience);
        await parent.WaitForExitAsync(patience.Token);
        parent.ExitCode.ShouldBe(128 + 9);
        await Eventually.AsyncTrue(
            "the child has ended", () => Task.FromResult<string?>(Lives(child) ? "lives" : "gone"),
            seen => seen == "gone");
    }

    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("SIGUSR1", 10)]
    public async Task A_signal_reaches_the_process_of_the_container_alone(string signal, int number)
    {
        using var process = Process.Start("/bin/sleep", "4321");
        LocalProcesses.Signal(process.Id, "0123456789abcdef", signal).ShouldBeFalse();
        LocalProcesses.Signal(process.Id, AnyGroup, "RTMIN+3").ShouldBeFalse();
        process.HasExited.ShouldBeFalse();
        LocalProcesses.Signal(process.Id, AnyGroup, signal).ShouldBeTrue();
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        process.ExitCode.ShouldBe(128 + number);
        LocalProcesses.Signal(process.Id, AnyGroup, signal).ShouldBeFalse();
    }

    // One that nobody has buried yet is dead all the same.
    private static bool Lives(int number)
    {
        try
        {
            return !File.ReadAllText($"/proc/{number}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
