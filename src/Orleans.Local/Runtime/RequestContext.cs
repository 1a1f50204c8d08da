namespace Orleans.Runtime;

/// <summary>Named values that travel with calls, from caller to callee and on; never back.</summary>
public static class RequestContext
{
    internal const string ReentrancyIdKey = "#RC_RCR";
    private static readonly AsyncLocal<Dictionary<string, object>?> Values = new();

    public static IEnumerable<string> Keys => Values.Value?.Keys.ToArray() ?? [];

    public static IEnumerable<KeyValuePair<string, object>> Entries => Values.Value?.ToArray() ?? [];

    public static Guid ReentrancyId
    {
        get => Get(ReentrancyIdKey) is Guid id ? id : Guid.Empty;
        set
        {
            if (value == Guid.Empty)
            {
                Remove(ReentrancyIdKey);
            }
            else
            {
                Set(ReentrancyIdKey, value);
            }
        }
    }

    // The dictionary is replaced, never changed, so a message can carry it without a copy.
    internal static Dictionary<string, object>? Current
    {
        get => Values.Value;
        set
        {
            if (!ReferenceEquals(Values.Value, value))
            {
                Values.Value = value;
            }
        }
    }

    public static object? Get(string key) =>
        Values.Value is { } values && values.TryGetValue(key, out var value) ? value : null;

    public static void Set(string key, object value) =>
        Values.Value = Values.Value is { } values ? new(values) { [key] = value } : new() { [key] = value };

    public static bool Remove(string key)
    {
        if (Values.Value is not { } values || !values.ContainsKey(key))
        {
            return false;
        }

        var rest = new Dictionary<string, object>(values);
        rest.Remove(key);
        Values.Value = rest.Count == 0 ? null : rest;
        return true;
    }

    public static void Clear() => Values.Value = null;

    /// <summary>Lets calls made from here come back into this grain while it waits for them.</summary>
    public static ReentrancySection AllowCallChainReentrancy()
    {
        var original = ReentrancyId;
        var id = original == Guid.Empty ? Guid.NewGuid() : original;
        ReentrancyId = id;
        return new ReentrancySection(original, id);
    }

    public static ReentrancySection SuppressCallChainReentrancy()
    {
        var original = ReentrancyId;
        ReentrancyId = Guid.Empty;
        return new ReentrancySection(original, Guid.Empty);
    }

    /// <summary>Ends what <see cref="AllowCallChainReentrancy"/> began.</summary>
    public readonly struct ReentrancySection : IDisposable
    {
        private readonly Guid _original;
        private readonly Guid _entered;

        public ReentrancySection(Guid originalReentrancyId, Guid newReentrancyId)
        {
            _original = originalReentrancyId;
            _entered = newReentrancyId;
            if (newReentrancyId != Guid.Empty)
            {
                (RuntimeContext.Current as Activation)?.EnterReentrantSection(newReentrancyId);
            }
        }

        public void Dispose()
        {
            if (_entered != Guid.Empty)
            {
                (RuntimeContext.Current as Activation)?.LeaveReentrantSection(_entered);
            }

            ReentrancyId = _original;
        }
    }
}
