using Orchestrator.Nodes.Tests.Remote;

namespace Orchestrator.Nodes.Tests.Sandboxes;

/// <summary>The script that writes a host name where it belongs, with a runc that says how it was called.</summary>
public sealed class NamingRuntimeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orc-runtime-");

    public void Dispose() => _folder.Delete(recursive: true);

    // why | what the engine wrote | what runc reads
    public static TheoryData<string, string, string> Files => new()
    {
        { "the only parameter", """{"hostname":"w","l":{"sysctl":{"kernel.hostname":"web-1.x"}}}""",
            """{"hostname":"web-1.x","l":{"sysctl":{}}}""" },
        { "the first of two", """{"hostname":"w","l":{"sysctl":{"kernel.hostname":"web","net.b":"0"}}}""",
            """{"hostname":"web","l":{"sysctl":{"net.b":"0"}}}""" },
        { "the last of two", """{"hostname":"w","l":{"sysctl":{"kernel.a":"1","kernel.hostname":"web"}}}""",
            """{"hostname":"web","l":{"sysctl":{"kernel.a":"1"}}}""" },
        { "no such parameter", """{"hostname":"w","l":{"sysctl":{"net.b":"0"}}}""",
            """{"hostname":"w","l":{"sysctl":{"net.b":"0"}}}""" },
        { "texts that look like it",
            """{"args":["\"hostname\":\"q\"","kernel.hostname",":"],"hostname":"w","l":{"kernel.hostname":"web"},"z":"\"kernel.hostname\":\"bad\",\n"}""",
            """{"args":["\"hostname\":\"q\"","kernel.hostname",":"],"hostname":"web","l":{},"z":"\"kernel.hostname\":\"bad\",\n"}""" },
        { "a name that is none is left to runc", """{"hostname":"w","l":{"kernel.hostname":"a b"}}""",
            """{"hostname":"w","l":{"kernel.hostname":"a b"}}""" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A1_The_host_name_is_written_where_it_belongs(string why, string written, string read)
    {
        (await RunAsync(written, "--root", "/r", "create", "--bundle", _folder.FullName, "id"))
            .ShouldBe((read, $"--root /r create --bundle {_folder.FullName} id"), why);
        (await RunAsync(written, "create", $"--bundle={_folder.FullName}", "id")).File.ShouldBe(read, why);
    }

    [Fact]
    public async Task Other_commands_touch_nothing()
    {
        const string file = """{"hostname":"w","l":{"kernel.hostname":"web"}}""";
        (await RunAsync(file, "exec", "--bundle", _folder.FullName, "a  b")).ShouldBe(
            (file, $"exec --bundle {_folder.FullName} a  b"));
    }

    private async Task<(string File, string Called)> RunAsync(string file, params string[] words)
    {
        var (config, runc) = (Path.Combine(_folder.FullName, "config.json"), Path.Combine(_folder.FullName, "runc"));
        await File.WriteAllTextAsync(config, file);
        await Child.InstallAsync(runc, "#!/bin/sh\nprintf '%s' \"$*\"\n"u8.ToArray());
        var (code, said) = await Child.RunAsync(
            "/usr/bin/env", [$"PATH={_folder.FullName}:/usr/bin:/bin", WarmEngine.Script, .. words]);
        code.ShouldBe(0, said);
        return ((await File.ReadAllTextAsync(config)).TrimEnd('\n'), said.Trim());
    }
}
