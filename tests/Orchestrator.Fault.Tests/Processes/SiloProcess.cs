using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Orchestrator.Fault.Tests.Faults;
using Orchestrator.Fault.Tests.Loads;

namespace Orchestrator.Fault.Tests.Processes;

/// <summary>
/// One <c>orc serve</c> with a supervisor: when it ends unasked it is started again after a moment. Its log has a line
/// for every start and end.
/// </summary>
public sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan RestartPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _folder;
    private readonly string _kubeconfig;
    private readonly IReadOnlyList<string> _command;
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private KeptProcess? _process;
    private Task _supervising = Task.CompletedTask;
    private int _starts;

    /// <param name="name">Its name in reports.</param>
    /// <param name="folder">Where its log goes, and its data folder of its name.</param>
    /// <param name="address">Where its API listens.</param>
    /// <param name="prefix">What runs the program, such as a change of namespace; may be empty.</param>
    /// <param name="args">The arguments of the program.</param>
    public SiloProcess(
        string name, string folder, IPEndPoint address, IReadOnlyList<string> prefix, IReadOnlyList<string> args)
    {
        (Name, _folder, Address, _kubeconfig) = (name, folder, address, Path.Combine(folder, name, "kubeconfig"));
        _command = [.. prefix, Program, .. args, "--data-dir", Path.Combine(folder, name)];
    }

    /// <summary>The built program.</summary>
    public static string Program { get; } = Path.GetFullPath(Assembly.GetExecutingAssembly()
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "HostPath").Value!);

    /// <summary>Its name in reports.</summary>
    public string Name { get; }

    /// <summary>Where its API listens.</summary>
    public IPEndPoint Address { get; }

    /// <summary>How often it was started.</summary>
    public int Starts => Volatile.Read(ref _starts);

    /// <summary>Everything it printed, over all its lives.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string LogFile => Path.Combine(_folder, $"{Name}.log");

    /// <summary>A port nobody listens on just now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts it, and from then on whenever it ends.</summary>
    public void Start() => _supervising = SuperviseAsync();

    /// <summary>A client of its API; it must have been ready once.</summary>
    public HttpDoor Door(TimeSpan patience) =>
        new(Name, new Uri($"https://{Address}"), Credentials.Of(_kubeconfig), patience);

    /// <summary>Waits until its API says that it is ready.</summary>
    public Task ReadyAsync() => Eventually.RightAsync(
        async () => await AnswersAsync() ? null : $"{Name} is not ready:\n{LogTail()}", StartPatience);

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill()
    {
        lock (_lock) _process?.Kill();
    }

    /// <summary>Halts it: it holds its connections and says nothing.</summary>
    public void Pause()
    {
        lock (_lock) _process?.Pause();
    }

    /// <summary>Lets it go on.</summary>
    public void Continue()
    {
        lock (_lock) _process?.Continue();
    }

    /// <summary>The end of its log.</summary>
    public string LogTail(int lines = 40) => string.Join('\n', Log.Split('\n').TakeLast(lines));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        Kill();
        await _supervising;
        _ending.Dispose();
    }

    private async Task SuperviseAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            KeptProcess process;
            lock (_lock)
            {
                // Whoever ends it all kills what there is, once.
                if (_ending.IsCancellationRequested) return;
                process = _process = Begin();
            }
            Interlocked.Increment(ref _starts);
            var code = await process.EndAsync();
            lock (_lock) _process = null;
            await File.AppendAllTextAsync(LogFile, $"--- {DateTime.UtcNow:HH:mm:ss.fff} it ended with {code}\n");
            process.Dispose();
            using var timer = new PeriodicTimer(RestartPause);
            try
            {
                await timer.WaitForNextTickAsync(_ending.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private KeptProcess Begin()
    {
        File.AppendAllText(LogFile, $"--- {DateTime.UtcNow:HH:mm:ss.fff} start\n");
        return KeptProcess.Start(LogFile, _command);
    }

    private async Task<bool> AnswersAsync()
    {
        if (!File.Exists(_kubeconfig)) return false;
        using var door = Door(Patience);
        var (code, _) = await door.SendAsync(HttpMethod.Get, "/readyz");
        return code == 200;
    }
}
