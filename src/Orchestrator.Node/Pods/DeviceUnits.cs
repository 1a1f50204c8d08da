using System.Globalization;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Environments;

namespace Orchestrator.Nodes.Pods;

/// <summary>
/// Which container has which of the node's devices. A container keeps its units for the life of its pod; those of
/// containers found running are read from their labels, so a restart of the node forgets nothing.
/// </summary>
internal sealed class DeviceUnits(IReadOnlyList<NodeDevice> devices)
{
    /// <summary>Label of a container: <c>example.com/fuse=0,example.com/fuse=3</c>.</summary>
    public const string Label = "io.orchestrator.devices";

    private readonly List<Unit> _units = [.. devices.SelectMany(
        device => Enumerable.Range(0, device.Count).Select(_ => device)).GroupBy(device => device.Resource)
        .SelectMany(same => same.Select((device, number) => new Unit(device, number)))];

    private readonly Dictionary<Unit, (string Uid, string Container)> _holders = [];

    /// <summary>The container with the devices it asks for.</summary>
    /// <exception cref="ContainerConfigException">There are not enough.</exception>
    public ContainerSpec Equip(Pod pod, Container container, ContainerSpec spec)
    {
        var holder = (pod.Metadata.Uid ?? "", container.Name);
        var held = new List<Unit>();
        foreach (var (resource, amount) in container.Resources?.Limits ?? new Dictionary<string, Api.Meta.Quantity>())
        {
            if (_units.Any(unit => unit.Device.Resource == resource))
                held.AddRange(Take(resource, amount.Value, holder));
        }
        if (held.Count == 0) return spec;
        var names = held.Select(unit => unit.Name);
        return spec with
        {
            Labels = new Dictionary<string, string>(spec.Labels) { [Label] = string.Join(',', names) },
            Devices = [.. held.Where(unit => unit.Device.Path.Length > 0).Select(unit => unit.Device.Path).Distinct()],
            Accelerators = held.Where(unit => unit.Device.Path.Length == 0).GroupBy(unit => unit.Device.Resource)
                .ToDictionary(same => same.Key, IReadOnlyList<string> (same) => [.. same.Select(unit => unit.Number)]),
        };
    }

    /// <summary>What is seen to be held is held.</summary>
    public void Adopt(IReadOnlyList<ContainerSnapshot> listed)
    {
        foreach (var seen in listed.Where(seen => seen.Phase != ContainerPhase.Exited))
        {
            foreach (var name in seen.Labels.GetValueOrDefault(Label, "").Split(','))
            {
                if (_units.FirstOrDefault(unit => unit.Name == name) is not { } unit) continue;
                _holders.TryAdd(unit, (seen.Labels.GetValueOrDefault(ContainerLabels.PodUid, ""),
                    seen.Labels.GetValueOrDefault(ContainerLabels.ContainerName, "")));
            }
        }
    }

    /// <summary>The pod has ended, or is gone.</summary>
    public void Free(string uid)
    {
        if (_holders.Count == 0) return;
        foreach (var unit in _holders.Where(pair => pair.Value.Uid == uid).Select(pair => pair.Key).ToList())
            _holders.Remove(unit);
    }

    private List<Unit> Take(string resource, long count, (string, string) holder)
    {
        var own = _units.Where(unit => unit.Device.Resource == resource).ToList();
        var held = own.Where(unit => _holders.TryGetValue(unit, out var by) && by == holder).ToList();
        var free = own.Where(unit => !_holders.ContainsKey(unit)).ToList();
        if (held.Count + free.Count < count)
        {
            throw new ContainerConfigException("Allocate failed due to requested number of devices unavailable for "
                + $"{resource}. Requested: {count}, Available: {free.Count}, which is unexpected");
        }
        held.AddRange(free.Take((int)count - held.Count));
        foreach (var unit in held) _holders[unit] = holder;
        return held;
    }

    private sealed record Unit(NodeDevice Device, int Index)
    {
        public string Number { get; } = Index.ToString(CultureInfo.InvariantCulture);

        public string Name => $"{Device.Resource}={Number}";
    }
}
