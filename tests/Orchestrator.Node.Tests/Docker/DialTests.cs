using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Tests.Remote;

namespace Orchestrator.Nodes.Tests.Docker;

/// <summary>The program that dials from within a pod, by itself.</summary>
public sealed class DialTests
{
    [SkippableTheory]
    [InlineData("amd64", "")]
    [InlineData("arm64", "/usr/bin/qemu-aarch64-static")]
    public async Task It_lends_its_streams_to_a_connection(string architecture, string emulator)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var process = await StartAsync(architecture, emulator, ((IPEndPoint)listener.LocalEndpoint).Port);
        using var client = await listener.AcceptTcpClientAsync();
        await process.StandardInput.WriteAsync("to the pod");
        process.StandardInput.Close();
        using var heard = new StreamReader(client.GetStream(), leaveOpen: true);
        (await heard.ReadToEndAsync()).ShouldBe("to the pod");
        await client.GetStream().WriteAsync("and back"u8.ToArray());
        client.Close();
        (await process.StandardOutput.ReadToEndAsync()).ShouldBe("+and back");
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
    }

    [SkippableTheory]
    [InlineData("amd64", "")]
    [InlineData("arm64", "/usr/bin/qemu-aarch64-static")]
    public async Task It_says_why_there_is_no_connection(string architecture, string emulator)
    {
        // It has the port, so that nobody else gets it, and does not listen.
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)deaf.LocalEndPoint!).Port;
        using var process = await StartAsync(architecture, emulator, port);
        (await process.StandardOutput.ReadToEndAsync()).ShouldBe("");
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(111);
    }

    private static async Task<Process> StartAsync(string architecture, string emulator, int port)
    {
        var isHere = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture
            == System.Runtime.InteropServices.Architecture.X64;
        Skip.If(emulator.Length == 0 && !isHere, $"this machine is not {architecture}");
        Skip.If(emulator.Length > 0 && !File.Exists(emulator), $"{emulator} is not installed");
        var path = Path.Combine(Path.GetTempPath(), $"orc-dial-{architecture}-{Environment.ProcessId}-{port}");
        await Child.InstallAsync(path, DialBinary.For(architecture));
        var argument = DialBinary.Argument(IPAddress.Loopback, port);
        // The shell removes the file once the program runs from it.
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", $"{emulator} {path} {argument}; code=$?; rm {path}; exit $code" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }
}
