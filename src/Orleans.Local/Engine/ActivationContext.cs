namespace Orleans.Local.Engine;

/// <summary>What the grain sees of its activation.</summary>
internal sealed partial class Activation
{
    private AsyncServiceScope? _scope;
    private GrainLifecycle? _lifecycle;
    private Dictionary<Type, object>? _components;
    private IIncomingGrainCallFilter[]? _filters;

    public object? GrainInstance { get; private set; }

    public GrainReference GrainReference => Silo.Factory.ReferenceTo(GrainId);

    public ActivationId ActivationId => new(new Guid((int)(_serial >> 32), 0, 0, BitConverter.GetBytes(_serial)));

    public GrainAddress Address =>
        new() { GrainId = GrainId, ActivationId = ActivationId, SiloAddress = Silo.SiloAddress };

    public IServiceProvider ActivationServices
    {
        get
        {
            if (_scope is not { } scope)
            {
                _scope = scope = Silo.Services.CreateAsyncScope();
            }

            return scope.ServiceProvider;
        }
    }

    public IGrainLifecycle ObservableLifecycle => _lifecycle ??= new GrainLifecycle();

    public IWorkItemScheduler Scheduler => this;

    /// <summary>The filters around calls of this grain: the silo's, then the grain itself if it is one.</summary>
    public IIncomingGrainCallFilter[] FiltersFor() => GrainInstance is IIncomingGrainCallFilter own
        ? _filters ??= [.. Silo.IncomingFilters, own]
        : Silo.IncomingFilters;

    public TTarget? GetTarget<TTarget>() where TTarget : class => GrainInstance as TTarget;

    public TComponent? GetComponent<TComponent>() where TComponent : class =>
        _components is { } components && components.TryGetValue(typeof(TComponent), out var found)
            ? (TComponent)found
            : this as TComponent ?? GrainInstance as TComponent ?? ActivationServices.GetService<TComponent>();

    public void SetComponent<TComponent>(TComponent? value) where TComponent : class
    {
        if (value is null)
        {
            _components?.Remove(typeof(TComponent));
        }
        else
        {
            (_components ??= [])[typeof(TComponent)] = value;
        }
    }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"[Activation: {Silo.SiloAddress}/{GrainId}]";
}
