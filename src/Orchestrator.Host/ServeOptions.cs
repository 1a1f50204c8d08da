using System.CommandLine;
using System.Net;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Engine;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Sandboxes;

namespace Orchestrator.Hosting;

/// <summary>The options of <c>orc serve</c>, and what they mean together.</summary>
internal sealed class ServeOptions
{
    /// <summary>
    /// The environment variable that names the database, so that its password is in no list of processes.
    /// </summary>
    public const string ClusterVariable = "ORC_CLUSTER";

    private const string ThisMachine = "127.0.0.1:6443";

    private readonly Option<string> _dataDir = new("--data-dir")
    {
        Description = "where the store, keys, certificates and volumes live",
        DefaultValueFactory = _ => ServeCommand.DefaultDataDirectory(),
    };

    private readonly Option<string> _listen = new("--listen")
    {
        Description = "address and port of the API",
        DefaultValueFactory = _ => ThisMachine,
    };

    private readonly Option<string> _docker = new("--docker")
    {
        Description = "endpoint of the container engine of this machine, or none",
        DefaultValueFactory = _ => "unix:///var/run/docker.sock",
    };

    private readonly Option<string?> _nodeName =
        new("--node-name") { Description = "name of this machine's node; default: its --machine" };

    private readonly Option<string?> _staticPods = new("--static-pods")
    {
        Description = "folder of manifests that this machine's node runs by itself, each shown as a mirror pod",
    };

    private readonly Option<bool> _memory =
        new("--in-memory") { Description = "keep objects in memory only; for tests" };

    private readonly Option<int> _simulated =
        new("--simulated-nodes") { Description = "so many nodes without containers beside the real one" };

    private readonly Option<string?> _cluster = new("--cluster")
    {
        Description = "join the cluster of this PostgreSQL database, postgres://USER:PASSWORD@HOST:PORT/DATABASE; "
            + $"better given as {ClusterVariable}, for command lines can be read by everybody",
    };

    private readonly Option<string> _machine = new("--machine")
    {
        Description = "name of this machine; several processes on one machine are told apart by it",
        DefaultValueFactory = _ => Environment.MachineName.ToLowerInvariant(),
    };

    private readonly Option<string?> _siloAddress = new("--silo-address")
    {
        Description =
            "address the other processes of the cluster reach this one by; default: loopback when --listen is, else this machine's",
    };

    private readonly Option<int> _siloPort = new("--silo-port")
    {
        Description =
            "port the other processes of the cluster reach this one by; default: the last one used with this data folder, else a free one",
    };

    private readonly Option<string[]> _names = new("--name")
    {
        Description =
            "a further name or address by which clients reach the API, such as that of a load balancer; may be repeated",
    };

    private readonly Option<bool> _allowPrivileged =
        new("--allow-privileged") { Description = "pods may have privileged containers" };

    private readonly Option<string[]> _unsafeSysctls = new("--allowed-unsafe-sysctls")
    {
        Description = "a kernel parameter, or NAME.* for all below, that pods may set beyond the safe ones; may be repeated",
    };

    private readonly Option<long> _podMaxPids =
        new("--pod-max-pids") { Description = "processes that a pod may have at a time; 0 is no limit" };

    private readonly Option<string[]> _devices = new("--device")
    {
        Description = "devices that pods may ask for by count: NAME=PATH, NAME=PATH*COUNT (shared by so many), or "
            + "NAME=COUNT (accelerators), such as example.com/fuse=/dev/fuse*8 or nvidia.com/gpu=2; may be repeated",
    };

    private readonly Option<int?> _restartPeriod = new("--max-container-restart-period")
    {
        Description =
            "longest wait in seconds, 1 to 300, between two restarts of a container that crashes; default: 300",
    };

    private readonly Option<bool> _reducedBackOff = new("--reduced-crash-back-off")
    {
        Description = "wait 1 s at first and 60 s at most between restarts of a container that crashes",
    };

    private readonly NodeFileOptions _files = new();

    private readonly Option<string> _warm = new("--warm-sandboxes")
    {
        Description = $"sandboxes kept ready for pods on each node whose engine can: {WarmSetting.Forms}",
        DefaultValueFactory = _ => WarmSetting.Auto.ToString(),
    };

    /// <summary>Adds the options to the command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_dataDir, _listen, _docker, _nodeName, _staticPods, _memory, _simulated,
            _cluster, _machine, _siloAddress, _siloPort, _names, _allowPrivileged, _unsafeSysctls, _podMaxPids,
            _devices, _restartPeriod, _reducedBackOff, _warm])
        {
            command.Options.Add(option);
        }
        _files.AddTo(command);
    }

    /// <exception cref="StartException">They do not fit together.</exception>
    public ServeSettings Read(ParseResult parsed)
    {
        var listen = EndPointOf(parsed.GetValue(_listen)!);
        var machine = parsed.GetValue(_machine)!;
        var folder = Path.GetFullPath(parsed.GetValue(_dataDir)!);
        return new ServeSettings(
            folder, listen, parsed.GetValue(_docker)!,
            parsed.GetValue(_nodeName) ?? machine, parsed.GetValue(_memory), parsed.GetValue(_simulated),
            machine, parsed.GetValue(_names) ?? [], StaticPodsOf(parsed), ClusterOf(parsed, listen))
        {
            AllowsPrivileged = parsed.GetValue(_allowPrivileged),
            Policy = PolicyOf(parsed),
            ContainerRestartPeriodMax = RestartPeriodOf(parsed.GetValue(_restartPeriod)),
            HasReducedCrashBackOff = parsed.GetValue(_reducedBackOff),
            Nodes = _files.Read(parsed, folder),
            WarmSandboxes = WarmOf(parsed.GetValue(_warm)),
        };
    }

    private NodePolicy PolicyOf(ParseResult parsed)
    {
        try
        {
            return new NodePolicy
            {
                AllowedUnsafeSysctls = parsed.GetValue(_unsafeSysctls) ?? [],
                PodPidsMax = parsed.GetValue(_podMaxPids),
                SeccompDirectory = Path.Combine(Path.GetFullPath(parsed.GetValue(_dataDir)!), "seccomp"),
                Devices = [.. (parsed.GetValue(_devices) ?? []).Select(NodeDevice.Parse)],
            };
        }
        catch (FormatException wrong)
        {
            throw new StartException($"--device: {wrong.Message}", wrong);
        }
    }

    private string? StaticPodsOf(ParseResult parsed)
    {
        if (parsed.GetValue(_staticPods) is not { Length: > 0 } folder) return null;
        if (parsed.GetValue(_docker) == ServeSettings.NoDocker)
            throw new StartException("--static-pods and --docker none contradict each other: leave one of them out");
        return Path.GetFullPath(folder);
    }

    private static TimeSpan? RestartPeriodOf(int? seconds) => seconds switch
    {
        null => null,
        >= 1 and <= 300 => TimeSpan.FromSeconds(seconds.Value),
        _ => throw new StartException(
            $"--max-container-restart-period {seconds} is no such time: expected 1 to 300 seconds"),
    };

    private static WarmSetting WarmOf(string? text) => WarmSetting.TryParse(text, out var setting)
        ? setting
        : throw new StartException($"--warm-sandboxes \"{text}\" is no such setting: expected {WarmSetting.Forms}");

    private ClusterSettings? ClusterOf(ParseResult parsed, IPEndPoint listen)
    {
        var database = parsed.GetValue(_cluster) ?? Environment.GetEnvironmentVariable(ClusterVariable);
        if (string.IsNullOrWhiteSpace(database))
        {
            if (parsed.GetValue(_siloAddress) is null && parsed.GetValue(_siloPort) == 0) return null;
            throw new StartException("--silo-address and --silo-port are of a cluster of several processes: "
                + $"name its database with --cluster or {ClusterVariable}, or leave them out");
        }
        if (OrleansEngine.WhyNoCluster is { } why) throw new StartException($"--cluster cannot be served: {why}");
        if (parsed.GetValue(_memory))
            throw new StartException("--in-memory and --cluster contradict each other: leave one of them out");
        var machine = parsed.GetValue(_machine)!;
        if (NameRules.DnsSubdomain(machine).FirstOrDefault() is { } fault)
            throw new StartException($"--machine \"{machine}\" is no name of a machine: {fault}");
        var port = parsed.GetValue(_siloPort);
        if (port is < 0 or > 65535) throw new StartException($"--silo-port {port} is no port: expected 1 to 65535");
        return new ClusterSettings(database.Trim(), SiloAddressOf(parsed.GetValue(_siloAddress), listen), port);
    }

    private static IPAddress SiloAddressOf(string? text, IPEndPoint listen)
    {
        if (text is null)
            return IPAddress.IsLoopback(listen.Address) ? IPAddress.Loopback : IPAddress.Parse(MachineAddress.Find());
        return IPAddress.TryParse(text, out var address) && !address.Equals(IPAddress.Any)
            && !address.Equals(IPAddress.IPv6Any)
            ? address
            : throw new StartException(
                $"--silo-address \"{text}\" is no address of this machine: expected one that the others reach, such as 10.0.0.5");
    }

    private static IPEndPoint EndPointOf(string text) =>
        IPEndPoint.TryParse(text, out var endpoint) && endpoint.Port > 0
            ? endpoint
            : throw new StartException(
                $"--listen \"{text}\" is no address: expected ADDRESS:PORT such as {ThisMachine}");
}
