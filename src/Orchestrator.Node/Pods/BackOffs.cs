namespace Orchestrator.Nodes.Pods;

/// <summary>How often things have failed in a row, by name, and how long to wait for the next try.</summary>
internal sealed class BackOffs
{
    private readonly Dictionary<string, int> _failures = [];

    /// <summary>Counts one more failure: min, 2 min, 4 min … max.</summary>
    public TimeSpan Fail(string key, TimeSpan min, TimeSpan max)
    {
        var before = _failures.GetValueOrDefault(key);
        _failures[key] = before + 1;
        return TimeSpan.FromSeconds(Math.Min(min.TotalSeconds * Math.Pow(2, Math.Min(before, 30)), max.TotalSeconds));
    }

    public void Succeed(string key) => _failures.Remove(key);

    public void Clear() => _failures.Clear();
}
