using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Nodes.Simulated;

/// <content>Looking things up, waiting, images and addresses.</content>
public sealed partial class SimulatedRuntime
{
    private const uint AddressesMax = 4094;

    // One answer under the lock, completed when it is returned.
    private Task<T> Answer<T>(Func<T> answer, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellation);
        }
        lock (_gate)
        {
            try
            {
                ThrowIfOut();
                return Task.FromResult(answer());
            }
            catch (Exception fault) when (fault is RuntimeUnavailableException or RuntimeRefusedException)
            {
                return Task.FromException<T>(fault);
            }
        }
    }

    private Task DelayAsync(TimeSpan delay, CancellationToken cancellation) =>
        delay > TimeSpan.Zero ? Task.Delay(delay, _time, cancellation)
            : cancellation.IsCancellationRequested ? Task.FromCanceled(cancellation)
            : Task.CompletedTask;

    private bool HasRunningIn(string group)
    {
        lock (_gate)
        {
            return _byId.Values.Any(
                container => container.Phase == ContainerPhase.Running && container.Spec.CgroupParent == group);
        }
    }

    private void ThrowIfOut()
    {
        if (_outage is { } why)
        {
            throw new RuntimeUnavailableException(why);
        }
    }

    private TimeSpan Varied(TimeSpan time, SimulatedBehaviour behaviour)
    {
        if (behaviour.Jitter <= 0 || time <= TimeSpan.Zero)
        {
            return time;
        }
        lock (_gate)
        {
            return time * (1 + behaviour.Jitter * (2 * _chance.NextDouble() - 1));
        }
    }

    private SimulatedBehaviour BehaviourOf(string image)
    {
        lock (_gate)
        {
            if (!_behaviours.TryGetValue(image, out var behaviour))
            {
                behaviour = _options.Behaviours.FirstOrDefault(one => one.Fits(image)) ?? Endless;
                _behaviours.Add(image, behaviour);
            }
            return behaviour;
        }
    }

    private SimulatedBehaviour BehaviourOf(ContainerSpec spec)
    {
        var behaviour = BehaviourOf(spec.Image);
        return Variation is { } variation && spec.JoinsSandbox is not null
            ? variation.Of(behaviour, _options.Seed, spec.Name)
            : behaviour;
    }

    private SimulatedBehaviour PullBehaviourOf(string image)
    {
        var behaviour = BehaviourOf(image);
        lock (_gate)
        {
            return Variation?.OfPull(behaviour, _options.Seed, $"{_nodeName}/{image}/{_pulls++}") ?? behaviour;
        }
    }

    private SimulatedContainer? Find(string idOrName) =>
        _byId.GetValueOrDefault(idOrName) ?? _byName.GetValueOrDefault(idOrName);

    private SimulatedContainer Existing(string idOrName) =>
        Find(idOrName) ?? throw new RuntimeRefusedException(404, $"No such container: {idOrName}");

    private RuntimeImage Keep(string reference)
    {
        if (!_images.TryGetValue(reference, out var image))
        {
            var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reference)))}";
            var name = Docker.ImageReference.Parse(reference).Name;
            var behaviour = BehaviourOf(reference);
            image = new RuntimeImage(digest, $"{name}@{digest}", behaviour.User, behaviour.ImageBytes);
            _images.Add(reference, image);
        }
        return image;
    }

    private string ImageId(string reference) => _images.GetValueOrDefault(reference)?.Id ?? reference;

    // The next one after the last given, so that a pod made anew gets a new address.
    private string TakeAddress()
    {
        if (_addresses.Count >= AddressesMax)
        {
            throw new RuntimeRefusedException(
                500, "no available IPv4 addresses on this node's network: remove some pods");
        }
        do
        {
            _lastAddress = _lastAddress % AddressesMax + 1;
        }
        while (!_addresses.Add(_lastAddress));
        var address = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(address, _network + _lastAddress);
        return new IPAddress(address).ToString();
    }

    private void FreeAddress(SimulatedContainer container)
    {
        if (container.IpAddress is { } address)
        {
            _addresses.Remove(
                BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(address).GetAddressBytes()) - _network);
            container.IpAddress = null;
        }
    }

    private string? RefusalToStart(SimulatedContainer container)
    {
        if (container.Behaviour.StartRefusal is { } refusal) return refusal;
        if (container.Spec.JoinsSandbox is { } sandbox && !IsRunning(sandbox))
        {
            return $"cannot join network of a non running container: {sandbox}";
        }
        return container.Spec.JoinsPidOf is { } target && !IsRunning(target)
            ? $"cannot join PID of a non running container: {target}"
            : null;
    }

    private bool IsRunning(string id) => Find(id) is { Phase: ContainerPhase.Running };

    private static IEnumerable<string?> Identity(IReadOnlyDictionary<string, string> labels) =>
    [
        labels.GetValueOrDefault(ContainerLabels.PodUid), labels.GetValueOrDefault(ContainerLabels.ContainerName),
        labels.GetValueOrDefault(ContainerLabels.Attempt),
    ];
}
