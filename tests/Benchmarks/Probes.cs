using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Docker;

namespace Orchestrator.Benchmarks;

/// <summary>
/// What it costs a node to ask a thousand pods every second: its agent over simulated containers, whose ports are those
/// of a real server in a process of its own.
/// </summary>
internal static class Probes
{
    /// <summary>The first argument of the process that answers.</summary>
    public const string AnswerWord = "answer-probes";

    private const int PodsMax = 1000;
    private static readonly byte[] Answer =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8.ToArray();
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(10);

    public static async Task MeasureAsync(Table table)
    {
        using var server = Start();
        try
        {
            var line = await server.StandardOutput.ReadLineAsync();
            var port = int.Parse(line!, CultureInfo.InvariantCulture);
            table.Add("1,000 idle pods without probes, CPU of a core",
                Percent((await RunAsync(null, port, table)).Cpu));
            table.Add("1,000 such exchanges a second by hand, CPU of a core", Percent(ByHand(port)));
            var http = new Probe { HttpGet = new() { Path = "/well", Port = port } };
            await MeasureAsync(table, "HTTP", http, port, "≤ 5 %");
            await MeasureAsync(table, "TCP", new Probe { TcpSocket = new() { Port = port } }, port, "");
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    /// <summary>Answers every connection the same, for ever; says first where.</summary>
    public static async Task AnswerAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, 0));
        listener.Listen(4096);
        Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port);
        while (true) _ = AnswerAsync(await listener.AcceptAsync());
    }

    private static async Task AnswerAsync(Socket client)
    {
        using (client)
        {
            try
            {
                if (await client.ReceiveAsync(new byte[1024]) > 0) await client.SendAsync(Answer);
            }
            catch (SocketException gone)
            {
                await Console.Error.WriteLineAsync(gone.Message);
            }
        }
    }

    // The least that a connection for each question can cost on this machine: one thread, nothing but the calls.
    private static double ByHand(int port)
    {
        const int times = 5000;
        var question = "GET /well HTTP/1.1\r\nConnection: close\r\n\r\n"u8.ToArray();
        var answer = new byte[1024];
        using var self = Process.GetCurrentProcess();
        var began = self.TotalProcessorTime;
        for (var i = 0; i < times; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPAddress.Loopback, port);
            socket.Send(question);
            if (socket.Receive(answer) == 0) throw new InvalidOperationException("the server answered nothing");
        }
        self.Refresh();
        return (self.TotalProcessorTime - began).TotalSeconds / times * PodsMax;
    }

    private static async Task MeasureAsync(Table table, string kind, Probe probe, int port, string goal)
    {
        var (cpu, asked, unready) = await RunAsync(probe with { PeriodSeconds = 1, TimeoutSeconds = 1 }, port, table);
        table.Add($"1,000 {kind} probes a second, CPU of a core",
            $"{Percent(cpu)} ({asked:F0} asked a second, {unready} pods not ready)", goal);
    }

    private static async Task<(double Cpu, double Asked, int Unready)> RunAsync(Probe? probe, int port, Table table)
    {
        var turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        await using var runtime = new ProbedRuntime(port);
        var cluster = new ProbedCluster();
        await using var agent = new NodeAgent(
            runtime, cluster, cluster, new NodeAgentOptions { NodeName = "probed", PodsMax = PodsMax },
            TimeProvider.System, NullLogger<NodeAgent>.Instance);
        var pods = Enumerable.Range(0, PodsMax).Select(number => Pod(number, probe)).ToList();
        foreach (var pod in pods) cluster.Put(pod);
        Task OnNode(Func<Task> work) =>
            Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, turns).Unwrap();
        await OnNode(agent.StartAsync);
        // In ten parts of a second, as pods do not all start at once.
        for (var count = PodsMax / 10; count <= PodsMax; count += PodsMax / 10)
        {
            var some = pods.Take(count).ToList();
            await OnNode(() =>
            {
                agent.Sync(some);
                return Task.CompletedTask;
            });
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
        await Task.Delay(WarmUp);
        using var self = Process.GetCurrentProcess();
        var (began, dials, clock) = (self.TotalProcessorTime, runtime.Dials, Stopwatch.StartNew());
        await Task.Delay(Measured);
        self.Refresh();
        var spent = self.TotalProcessorTime - began;
        var result = (spent / clock.Elapsed, (runtime.Dials - dials) / clock.Elapsed.TotalSeconds, cluster.Unready);
        await OnNode(agent.StopAsync);
        if (probe is not null && result.Unready > 0) table.Add("pods that did not become ready", $"{result.Unready}");
        return result;
    }

    private static string Percent(double part) => $"{part * 100:F1} %";

    private static Pod Pod(int number, Probe? probe) => new()
    {
        Metadata = new() { Name = $"p{number}", Namespace = "default", Uid = $"uid-{number}", ResourceVersion = "1" },
        Spec = new()
        {
            NodeName = "probed",
            RestartPolicy = "Always",
            Containers = [new() { Name = "c", Image = "plain", ReadinessProbe = probe }],
        },
    };

    private static Process Start() => Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
    {
        ArgumentList = { typeof(Probes).Assembly.Location, AnswerWord },
        RedirectStandardOutput = true,
    }.WithoutDll())!;

    // Where the program starts by itself its library is no argument.
    private static ProcessStartInfo WithoutDll(this ProcessStartInfo start)
    {
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) != "dotnet") start.ArgumentList.RemoveAt(0);
        return start;
    }
}
