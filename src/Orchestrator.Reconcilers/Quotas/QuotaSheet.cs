using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Quotas;

/// <summary>The account of one quota: what is stored, and what is promised to writes that are under way.</summary>
internal sealed class QuotaSheet(ResourceQuota quota)
{
    private static readonly string[] ToBeSaid =
        ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];

    private readonly Dictionary<string, Quantity> _stored = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Quantity> _promised = new(StringComparer.Ordinal);

    public ResourceQuota Quota { get; set; } = quota;

    public string Name => Quota.Metadata.Name ?? "";

    public bool Counts(ApiObject obj) => QuotaScopes.Matches(Quota.Spec, obj);

    public void Add(IReadOnlyDictionary<string, Quantity> usage) => Add(_stored, usage);

    public void Take(IReadOnlyDictionary<string, Quantity> usage) => Take(_stored, usage);

    public void Promise(IReadOnlyDictionary<string, Quantity> more) => Add(_promised, more);

    public void Settle(IReadOnlyDictionary<string, Quantity> more) => Take(_promised, more);

    public ResourceQuotaStatus Status() => new()
    {
        Hard = Quota.Spec.Hard,
        Used = new SortedDictionary<string, Quantity>(
            Quota.Spec.Hard.Keys.ToDictionary(name => name, name => _stored.GetValueOrDefault(name)),
            StringComparer.Ordinal),
    };

    /// <summary>What each container must say of itself and does not, or null.</summary>
    public string? Unsaid(Pod pod)
    {
        // What the pod says as a whole none of its containers must say.
        var ofPod = QuotaUsage.Of(pod.Spec.Resources);
        var names = ToBeSaid.Where(name => Quota.Spec.Hard.ContainsKey(name) && !ofPod.ContainsKey(name))
            .Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0) return null;
        var containers = pod.Spec.Containers.Concat(pod.Spec.InitContainers)
            .Select(container => (container.Name, Said: QuotaUsage.Of(container.Resources))).ToList();
        var missing = names
            .Select(name => (name, Silent: containers.Where(container => !container.Said.ContainsKey(name))
                .Select(container => container.Name).Distinct().Order(StringComparer.Ordinal).ToList()))
            .Where(pair => pair.Silent.Count > 0)
            .Select(pair => $"{pair.name} for: {string.Join(',', pair.Silent)}").ToList();
        return missing.Count == 0 ? null : $"failed quota: {Name}: must specify {string.Join("; ", missing)}";
    }

    /// <summary>What there is no room for, or null.</summary>
    public string? Exceeded(IReadOnlyDictionary<string, Quantity> more)
    {
        var exceeded = more.Keys.Order(StringComparer.Ordinal)
            .Where(name => Quota.Spec.Hard.TryGetValue(name, out var hard) && Used(name) + more[name] > hard).ToList();
        if (exceeded.Count == 0) return null;
        return $"exceeded quota: {Name}, requested: {Shown(name => more[name])}, used: {Shown(Used)}, "
            + $"limited: {Shown(name => Quota.Spec.Hard[name])}";

        string Shown(Func<string, Quantity> amount) =>
            string.Join(',', exceeded.Select(name => $"{name}={amount(name)}"));
    }

    private Quantity Used(string name) => _stored.GetValueOrDefault(name) + _promised.GetValueOrDefault(name);

    private static void Add(Dictionary<string, Quantity> sum, IReadOnlyDictionary<string, Quantity> amounts)
    {
        foreach (var (name, amount) in amounts) sum[name] = sum.GetValueOrDefault(name) + amount;
    }

    private static void Take(Dictionary<string, Quantity> sum, IReadOnlyDictionary<string, Quantity> amounts)
    {
        foreach (var (name, amount) in amounts) sum[name] = sum.GetValueOrDefault(name) - amount;
    }
}
