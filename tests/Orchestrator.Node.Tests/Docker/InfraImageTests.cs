using System.Buffers.Binary;
using System.Diagnostics;
using System.Formats.Tar;
using System.Runtime.Versioning;
using System.Text;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Tests.Remote;

namespace Orchestrator.Nodes.Tests.Docker;

[UnsupportedOSPlatform("windows")]
public sealed class InfraImageTests
{
    [Theory]
    [InlineData("amd64", 62)]
    [InlineData("arm64", 183)]
    public void The_program_is_a_static_executable_that_maps_itself_whole(string architecture, int machine)
    {
        var file = InfraBinary.For(architecture);
        file[..6].ShouldBe([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]);
        BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(16)).ShouldBe((ushort)2);
        BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(18)).ShouldBe((ushort)machine);
        var entry = BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(24));
        var load = BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(80));
        (entry - load).ShouldBe(120u);
        BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(96)).ShouldBe((ulong)file.Length);
        // The signals it waits for stand at the end: INT, TERM, CHLD, at an address that is a multiple of eight.
        BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(file.Length - 8)).ShouldBe(0x14002u);
        (file.Length % 8).ShouldBe(0);
        file.Length.ShouldBeLessThan(512);
    }

    // The arm64 program runs where the emulator is installed, the amd64 one where the processor is.
    [SkippableTheory]
    [InlineData("amd64", "", "TERM")]
    [InlineData("amd64", "", "INT")]
    [InlineData("arm64", "/usr/bin/qemu-aarch64-static", "TERM")]
    [InlineData("arm64", "/usr/bin/qemu-aarch64-static", "INT")]
    public async Task The_program_runs_until_it_is_asked_to_leave(string architecture, string emulator, string signal)
    {
        Skip.If(emulator.Length == 0 && !RuntimeArchitectureIs(architecture), $"this machine is not {architecture}");
        Skip.If(emulator.Length > 0 && !File.Exists(emulator), $"{emulator} is not installed");
        var path = Path.Combine(Path.GetTempPath(), $"orc-pause-{architecture}-{signal}-{Environment.ProcessId}");
        await Child.InstallAsync(path, InfraBinary.For(architecture));
        try
        {
            using var process = emulator.Length > 0 ? Process.Start(emulator, [path]) : Process.Start(path);
            // Before it waits, a signal would kill it; an emulator makes the call of the machine it runs on.
            var call = RuntimeArchitectureIs("amd64") ? "128 " : "137 ";
            await Eventually.AsyncTrue("it waits for signals",
                async () => await File.ReadAllTextAsync($"/proc/{process.Id}/syscall"),
                calling => calling!.StartsWith(call, StringComparison.Ordinal));
            process.HasExited.ShouldBeFalse();
            using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await process.WaitForExitAsync(deadline.Token);
            process.ExitCode.ShouldBe(0);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_image_is_the_same_every_time_and_names_its_processor()
    {
        var first = InfraImage.For("amd64");
        InfraImage.For("amd64").Archive.ShouldBe(first.Archive);
        InfraImage.For("arm64").Reference.ShouldNotBe(first.Reference);
        Encoding.UTF8.GetString(InfraImage.For("arm64").Archive).ShouldContain("\"architecture\":\"arm64\"");
        var names = new List<string>();
        using var tar = new TarReader(new MemoryStream(first.Archive));
        while (tar.GetNextEntry() is { } entry)
        {
            entry.ModificationTime.ShouldBe(DateTimeOffset.UnixEpoch);
            names.Add(entry.Name);
        }
        names.Count.ShouldBe(3);
        names.ShouldContain("manifest.json");
    }

    [Fact]
    public void A_processor_without_a_program_is_refused_by_name() =>
        Should.Throw<RuntimeRefusedException>(() => InfraImage.For("riscv64")).Message.ShouldContain("riscv64");

    private static bool RuntimeArchitectureIs(string architecture) =>
        System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture
            == (architecture == "amd64"
                ? System.Runtime.InteropServices.Architecture.X64
                : System.Runtime.InteropServices.Architecture.Arm64);
}
