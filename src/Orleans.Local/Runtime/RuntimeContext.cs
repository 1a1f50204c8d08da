namespace Orleans.Runtime;

/// <summary>Which activation the current thread works for.</summary>
public static class RuntimeContext
{
    [ThreadStatic]
    private static IGrainContext? s_current;

    public static IGrainContext? Current
    {
        get => s_current;
        internal set => s_current = value;
    }
}
