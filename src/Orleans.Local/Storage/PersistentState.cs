namespace Orleans.Local.Engine;

/// <summary>
/// One record of one activation. It is read when the activation begins, before <c>OnActivateAsync</c>.
/// </summary>
internal sealed class PersistentState<TState> : IPersistentState<TState>, ILifecycleObserver
{
    private readonly string _name;
    private readonly IGrainContext _context;
    private readonly IGrainStorage _storage;
    private readonly GrainState<TState> _record = new();
    private bool _loaded;

    public PersistentState(string name, IGrainContext context, IGrainStorage storage)
    {
        _name = name;
        _context = context;
        _storage = storage;
        _record.State = Blank.Of<TState>();
        context.ObservableLifecycle.Subscribe($"PersistentState/{name}", GrainLifecycleStage.SetupState, this);
    }

    public TState State
    {
        get => _record.State!;
        set => _record.State = value;
    }

    public string? Etag => _record.ETag;

    public bool RecordExists =>
        _loaded ? _record.RecordExists : throw new InvalidOperationException("State has not yet been loaded");

    public async Task ReadStateAsync()
    {
        await Guarded(nameof(ReadStateAsync), () => _storage.ReadStateAsync(_name, _context.GrainId, _record));
        _loaded = true;
    }

    public Task WriteStateAsync() =>
        Guarded(nameof(WriteStateAsync), () => _storage.WriteStateAsync(_name, _context.GrainId, _record));

    public Task ClearStateAsync() =>
        Guarded(nameof(ClearStateAsync), () => _storage.ClearStateAsync(_name, _context.GrainId, _record));

    // A record that was read while the activation was still being set up is not read twice.
    public Task OnStart(CancellationToken cancellationToken) => _loaded ? Task.CompletedTask : ReadStateAsync();

    public Task OnStop(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Guarded(string operation, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception exception) when (exception is not OrleansException)
        {
            throw new OrleansException(
                $"Error from storage provider {_storage.GetType().Name}.{_name} during {operation} for grain {_context.GrainId}"
                    +
                $"{Environment.NewLine} {exception.Message}", exception);
        }
    }
}
