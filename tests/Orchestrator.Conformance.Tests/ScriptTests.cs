using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>
/// What a user can get wrong when starting and stopping a cluster is said in one sentence, before any building.
/// </summary>
public sealed class ScriptTests
{
    [Theory]
    [InlineData("up", "--bogus", "error: unknown option --bogus; ")]
    [InlineData("up", "--data-dir", "error: --data-dir needs a folder")]
    [InlineData("up", "--listen", "error: --listen needs ADDRESS:PORT")]
    [InlineData("up", "--listen=here", "error: unknown option --listen=here; ")]
    [InlineData("up", "--listen 127.0.0.1:0", "error: --listen \"127.0.0.1:0\" is no address")]
    [InlineData("up", "--listen 127.0.0.1:65536", "error: --listen \"127.0.0.1:65536\" is no address")]
    [InlineData("up", "--data-dir /dev/null", "error: the data folder /dev/null cannot be written")]
    [InlineData("down", "--bogus", "error: unknown option --bogus; ")]
    [InlineData("down", "--data-dir", "error: --data-dir needs a folder")]
    public async Task A_wrong_option_is_explained(string script, string options, string sentence)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"orc-script-{Guid.NewGuid():n}");
        var own = options.Contains("--data-dir", StringComparison.Ordinal) ? "" : $"--data-dir {folder} ";
        var ran = await Ran.Async(Script(script), (own + options).Split(' '));
        Assert.True(ran.ExitCode == 1, $"{ran}");
        Assert.StartsWith(sentence, ran.Error);
        Assert.Single(ran.Error.Trim().Split('\n'));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_start_that_fails_leaves_no_folder_behind()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"orc-script-{Guid.NewGuid():n}");
        var ran = await Ran.Async(
            Script("up"), ["--data-dir", folder], env: new Dictionary<string, string> { ["ORC_ENGINE"] = "steam" });
        Assert.True(ran.ExitCode == 1, $"{ran}");
        Assert.Contains("error: ORC_ENGINE is \"steam\": expected Microsoft or Local", ran.Error);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task What_runs_on_keeps_no_lock_of_its_caller()
    {
        const string Steps = """
            . "$0/deploy/lib.sh"
            folder=$(mktemp -d)
            exec 9>"$folder/lock"
            flock 9
            detached "$folder/log" sleep 600
            exec 9>&-
            deadline=$((SECONDS + 60))
            until flock -n "$folder/lock" true || [ $SECONDS -ge $deadline ]; do sleep 0.05; done
            flock -n "$folder/lock" true && echo free
            kill -0 $! && echo running
            kill $!
            rm -r "$folder"
            """;
        var ran = await Ran.Async("bash", ["-c", Steps, Cluster.Root]);
        Assert.Equal("free\nrunning\n", ran.Ok());
    }

    private static string Script(string name) => Path.Combine(Cluster.Root, "deploy", $"{name}.sh");
}
