namespace Orleans.Runtime;

/// <summary>Which activation the current thread works for.</summary>
public static class RuntimeContext
{
    [ThreadStatic]
    private static IGrainContext? _current;

    public static IGrainContext? Current
    {
        get => _current;
        internal set => _current = value;
    }
}
