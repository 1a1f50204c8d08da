using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Orchestrator.Storage.Tests;

/// <summary>
/// A PostgreSQL server of the tests' own: in a temporary folder, on a free loopback port, ended with the process that
/// started it, however that ends. Needs nothing but the server's programs, so that any test project can link this file.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    /// <summary>The owner of everything, and its password.</summary>
    public const string User = "orc", Password = "orc-secret";

    private const string Programs = "/usr/lib/postgresql";
    private const int FirstPort = 10_000, Ports = 10_000, PortsApart = 37;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Lazy<PostgresServer> LazyShared = new(() => new());
    private static int _databases;
    private static int _ports;

    private readonly Lock _lock = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("orc-pg-").FullName;
    private readonly bool _isDurable;
    private readonly IPAddress? _beside;
    private Process? _keeper;
    private int _postmaster;

    /// <summary>Makes a server and starts it.</summary>
    /// <param name="isDurable">Really syncs to the disk, which only a power cut or a measurement needs.</param>
    /// <param name="beside">A further address it listens on, for clients of the same /24.</param>
    public PostgresServer(bool isDurable = false, IPAddress? beside = null)
    {
        (_isDurable, _beside) = (isDurable, beside);
        Port = FreePort();
        File.WriteAllText(PasswordFile, Password);
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        if (IsRoot) Run("chown", ["-R", "postgres", _folder]);
        RunAsServer(Program("initdb"), [
            "-D", DataFolder, "-U", User, "--pwfile", PasswordFile, "--auth-local=trust",
            "--auth-host=scram-sha-256", "--no-sync", "--encoding=UTF8", "--locale=C",
        ]);
        if (beside is not null)
            File.AppendAllText(Path.Combine(DataFolder, "pg_hba.conf"), $"host all all {beside}/24 scram-sha-256\n");
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        Start();
    }

    /// <summary>One server for all tests of the process; who stops servers makes one of their own.</summary>
    public static PostgresServer Shared => LazyShared.Value;

    /// <summary>Whether the programs are on this machine; without them the tests are skipped.</summary>
    public static bool IsInstalled => Directory.Exists(Programs);

    /// <summary>What a skipped test says.</summary>
    public const string WhyNot = "PostgreSQL is not in /usr/lib/postgresql; install the package \"postgresql\"";

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; }

    private static bool IsRoot => Environment.UserName == "root";

    private string DataFolder => Path.Combine(_folder, "data");

    private string PasswordFile => Path.Combine(_folder, "password");

    /// <summary>A new empty database.</summary>
    /// <returns>Its connection string, as a URI.</returns>
    public string CreateDatabase()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        Query("postgres", $"CREATE DATABASE {name}");
        return Uri(name);
    }

    /// <summary>The connection string of a database.</summary>
    public string Uri(string database) => $"postgres://{User}:{Password}@127.0.0.1:{Port}/{database}";

    /// <summary>Runs SQL as the owner, beside all that is tested.</summary>
    /// <returns>What it answers, as psql prints it without decoration.</returns>
    public string Query(string database, string sql) => RunAsServer(Program("psql"), [
        "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", _folder, "-p", $"{Port}", "-U", User, "-d", database,
        "-c", sql,
    ]).Trim();

    /// <summary>Starts it on what is there; nothing when it runs.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_keeper is not null) return;
            var start = AsServer("/bin/sh", [
                // Its input ends when our process does, be it killed: then the server goes too, and all it has.
                "-c", "\"$@\" >>\"$0/log\" 2>&1 & echo $!; read word; is_over=$?; kill -QUIT $! 2>/dev/null; wait; "
                    + "[ $is_over = 0 ] || rm -rf \"$0\"",
                _folder, Program("postgres"), "-D", DataFolder, "-p", $"{Port}",
                "-k", _folder, "-c", "max_connections=300",
                "-c", $"listen_addresses=127.0.0.1{(_beside is null ? "" : $",{_beside}")}",
                "-c", $"fsync={(_isDurable ? "on" : "off")}", "-c", "log_min_messages=warning",
            ]);
            start.RedirectStandardInput = start.RedirectStandardOutput = true;
            _keeper = Process.Start(start)!;
            _postmaster = int.Parse(_keeper.StandardOutput.ReadLine()!);
            WaitUntilReady();
        }
    }

    /// <summary>Stops it as an administrator would: connections are cut, what was committed is on the disk.</summary>
    public void Stop() => End(SignalInterrupt);

    /// <summary>Kills all its processes at once, as when the machine fails.</summary>
    public void Kill() => End(SignalKill);

    /// <summary>Stops and starts it.</summary>
    public void Restart()
    {
        Stop();
        Start();
    }

    /// <summary>Halts all its processes, so that it holds its connections and says nothing.</summary>
    public void Freeze() => Signal(SignalStop);

    /// <summary>Lets it go on after <see cref="Freeze"/>.</summary>
    public void Thaw() => Signal(SignalContinue);

    /// <summary>Ends it and removes its folder.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        End(SignalQuit, isForGood: true);
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private void OnExit(object? sender, EventArgs args) => Dispose();

    private void End(int signal, bool isForGood = false)
    {
        lock (_lock)
        {
            if (_keeper is null) return;
            // The first of them tells the others; a killed one cannot.
            // It is halted before they are counted: one more, made meanwhile, would hold on to the shared memory.
            if (signal == SignalKill) _ = SendSignal(_postmaster, SignalStop);
            List<int> all = signal == SignalKill ? [_postmaster, .. Children(_postmaster)] : [_postmaster];
            foreach (var process in all) _ = SendSignal(process, signal);
            // The shell between us still waits for a word; before that the server must be gone.
            WaitUntilGone(all);
            if (!isForGood) _keeper.StandardInput.WriteLine("stay");
            _keeper.StandardInput.Close();
            _keeper.WaitForExit(Patience);
            _keeper.Dispose();
            _keeper = null;
        }
    }

    private void Signal(int signal)
    {
        lock (_lock)
        {
            foreach (var process in Children(_postmaster).Append(_postmaster)) _ = SendSignal(process, signal);
        }
    }

    private void WaitUntilReady()
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                Query("postgres", "SELECT 1");
                return;
            }
            catch (InvalidOperationException error) when (since.Elapsed < Patience)
            {
                if (_keeper!.HasExited) throw new InvalidOperationException(Log(), error);
            }
        }
    }

    private void WaitUntilGone(List<int> all)
    {
        // A zombie is gone too: the shell collects it when its input ends.
        SpinWait.SpinUntil(() => !all.Exists(IsRunning) && Children(_postmaster).Count == 0, Patience);
    }

    private string Log() => File.ReadAllText(Path.Combine(_folder, "log"));

    private static bool IsRunning(int process) => StatusOf(process) is { } status && status.State is not ('Z' or 'X');

    private static List<int> Children(int parent) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
            .Where(id => id > 0 && StatusOf(id) is { } status && status.Parent == parent),
    ];

    private static (char State, int Parent)? StatusOf(int process)
    {
        try
        {
            // "12 (a name) S 1 …": the name may hold anything, so the rest is counted from its end.
            var text = File.ReadAllText($"/proc/{process}/stat");
            var words = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (words[0][0], int.Parse(words[1]));
        }
        catch (IOException)
        {
            return null;
        }
    }

    // A port that the kernel gives to nobody by itself: it must still be free after a stop, when clients try to connect
    // to it and would now and then get it as their own.
    private static int FreePort()
    {
        while (true)
        {
            var number = Interlocked.Increment(ref _ports) - 1;
            var port = FirstPort + (((Environment.ProcessId * PortsApart) + number) % Ports);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException taken) when (
                taken.SocketErrorCode == SocketError.AddressAlreadyInUse && number < Ports)
            {
                continue;
            }
        }
    }

    private static string Program(string name)
    {
        var newest = Directory.EnumerateDirectories(Programs).OrderBy(path => int.Parse(Path.GetFileName(path))).Last();
        return Path.Combine(newest, "bin", name);
    }

    // The server refuses to run as root.
    private static ProcessStartInfo AsServer(string program, IEnumerable<string> args) => IsRoot
        ? Starting("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. args])
        : Starting(program, args);

    private static ProcessStartInfo Starting(string program, IEnumerable<string> args) =>
        new(program, args) { WorkingDirectory = "/" };

    private static string RunAsServer(string program, IEnumerable<string> args) => Run(AsServer(program, args));

    private static void Run(string program, IEnumerable<string> args) => Run(Starting(program, args));

    private static string Run(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{start.FileName} failed: {errors.Result}{output}");
    }

    private const int SignalInterrupt = 2, SignalQuit = 3, SignalKill = 9, SignalContinue = 18, SignalStop = 19;

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);
}
