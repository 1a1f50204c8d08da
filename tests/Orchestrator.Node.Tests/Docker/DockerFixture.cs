using System.Formats.Tar;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Tests.Sandboxes;

namespace Orchestrator.Nodes.Tests.Docker;

/// <summary>A real engine with a busybox image, or the reason why there is none. Removes what the tests made.</summary>
public sealed class DockerFixture : IPodEngine, IAsyncLifetime
{
    public const string Image = "orchestrator-test/busybox:1";

    private static readonly string[] Applets =
        ["sh", "sleep", "cat", "tail", "head", "echo", "ls", "id", "env", "hostname", "nc", "ps", "dd", "true", "false",
         "date", "seq", "kill", "ip", "printf", "mount", "touch", "grep"];

    private static readonly SemaphoreSlim Importing = new(1);
    private static int _fixtures;

    private int _names;

    public static string Endpoint { get; } =
        Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host
            ? host
            : "unix:///var/run/docker.sock";

    // Classes that run beside each other get theirs in the same tick.
    public string NodeLabel { get; } = string.Create(CultureInfo.InvariantCulture,
        $"test/node-{Environment.ProcessId}-{Environment.TickCount64}-{Interlocked.Increment(ref _fixtures)}");

    public DockerOptions Options { get; } = new();

    public DockerRuntime Runtime { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Runtime = NewRuntime(NodeLabel);
        try
        {
            await using var client = NewClient();
            await client.NegotiateAsync(default);
            await ImportAsync(client);
        }
        catch (RuntimeUnavailableException none)
        {
            Absence = none.Message;
        }
        catch (FileNotFoundException none)
        {
            Absence = $"no static busybox at {none.FileName}: install the package busybox-static";
        }
    }

    public async Task DisposeAsync()
    {
        if (Absence is null)
        {
            foreach (var container in await Runtime.ListAsync(default))
            {
                await Runtime.RemoveAsync(container.Id, default);
            }
        }
        await Runtime.DisposeAsync();
    }

    /// <summary>Why it is not there; null when it is.</summary>
    public string? Absence { get; private set; }

    /// <summary>Skips the test where no engine answers.</summary>
    public void Need() => Skip.If(Absence is not null, Absence);

    public DockerRuntime NewRuntime(string nodeLabel) =>
        new(Endpoint, nodeLabel, Options, TimeProvider.System, NullLogger<DockerRuntime>.Instance);

    internal DockerClient NewClient() => new(DockerEndpoint.Parse(Endpoint), Options, TimeProvider.System);

    /// <summary>A container that runs a shell command.</summary>
    public ContainerSpec Shell(string command) => Spec("/bin/sh", "-c", command);

    public ContainerSpec Spec(params string[] command)
    {
        var number = Interlocked.Increment(ref _names).ToString(CultureInfo.InvariantCulture);
        return new ContainerSpec
        {
            Name = $"k8s_c{number}_pod_default_{NodeLabel.Split('/')[1]}_0",
            Image = Image,
            Command = command,
            Labels = new Dictionary<string, string>
            {
                [ContainerLabels.PodUid] = $"{NodeLabel}-{number}",
                [ContainerLabels.ContainerName] = $"c{number}",
                [ContainerLabels.Attempt] = "0",
                [ContainerLabels.SpecHash] = "1",
            },
        };
    }

    public async Task<string> StartAsync(ContainerSpec spec)
    {
        var id = await Runtime.CreateAsync(spec, default);
        await Runtime.StartAsync(id, default);
        return id;
    }

    public async Task<ContainerSnapshot> ExitedAsync(string id) =>
        await Eventually.AsyncTrue(
            $"container {id[..12]} has exited", () => Runtime.InspectAsync(id, default),
            seen => seen is { Phase: ContainerPhase.Exited });

    /// <summary>Runs to the end and returns what it wrote.</summary>
    public async Task<string> OutputAsync(ContainerSpec spec)
    {
        var id = await StartAsync(spec);
        await ExitedAsync(id);
        return await LogsAsync(id, new LogQuery());
    }

    public async Task<string> LogsAsync(string id, LogQuery query)
    {
        using var output = new MemoryStream();
        await Runtime.CopyLogsAsync(id, query, output, default);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>Gives an engine the image of all tests, unless it has it.</summary>
    internal static async Task ImportAsync(DockerClient client)
    {
        // Two imports are two images, of which the first loses its name.
        await Importing.WaitAsync();
        try
        {
            await ImportAloneAsync(client);
        }
        finally
        {
            Importing.Release();
        }
    }

    private static async Task ImportAloneAsync(DockerClient client)
    {
        if (await client.FindImageAsync(Image, default) is not null)
        {
            return;
        }
        using var files = new MemoryStream();
        using (var tar = new TarWriter(files, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var folder in new[] { "bin/", "tmp/", "proc/", "etc/" })
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, folder)
                {
                    Mode = (UnixFileMode)Convert.ToInt32("777", 8),
                });
            }
            await using var busybox = new FileStream("/bin/busybox", FileMode.Open, FileAccess.Read);
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "bin/busybox")
            {
                Mode = (UnixFileMode)Convert.ToInt32("755", 8),
                DataStream = busybox,
            });
            foreach (var applet in Applets)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, $"bin/{applet}") { LinkName = "busybox" });
            }
        }
        await client.ImportImageAsync(
            files.ToArray(), ImageReference.Parse(Image),
            ["ENTRYPOINT [\"/bin/echo\", \"entry\"]", "CMD [\"cmd\"]", "ENV PATH=/bin"], default);
    }
}

[CollectionDefinition(nameof(DockerTests))]
public sealed class DockerTests : ICollectionFixture<DockerFixture>;
