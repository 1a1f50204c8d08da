namespace Orchestrator.Nodes.Simulated;

/// <content>What a test or a demonstration does to the machine.</content>
public sealed partial class SimulatedRuntime
{
    private int _pulls;

    /// <summary>Sees every event as it happens, also those that no watch delivers. Must not call back.</summary>
    public Action<RuntimeEvent>? Observer { get; set; }

    /// <summary>
    /// How single pulls and containers differ from their images' behaviour from now on; null for not.
    /// </summary>
    public SimulatedVariation? Variation { get; set; }

    /// <summary>The engine does not answer now.</summary>
    public bool IsOut
    {
        get
        {
            lock (_gate)
            {
                return _outage is not null;
            }
        }
    }

    /// <summary>All containers there are, by name, whether the engine answers or not.</summary>
    public IReadOnlyList<ContainerSnapshot> Snapshots()
    {
        lock (_gate)
        {
            return [.. _byId.Values.OrderBy(container => container.Spec.Name, StringComparer.Ordinal)
                .Select(container => container.Snapshot(ImageId(container.Spec.Image)))];
        }
    }

    /// <summary>The engine stops answering: every call and every watch fails. Containers run on.</summary>
    public void BreakEngine(string why)
    {
        lock (_gate)
        {
            _outage = why;
            CloseWatchers(new RuntimeUnavailableException(why));
        }
    }

    /// <summary>The engine answers again.</summary>
    public void RepairEngine()
    {
        lock (_gate)
        {
            _outage = null;
        }
    }

    /// <summary>The machine starts anew: watches end, every running container has ended with code 137.</summary>
    public void Reboot()
    {
        lock (_gate)
        {
            CloseWatchers(new RuntimeUnavailableException("the simulated machine is rebooting"));
            foreach (var container in _byId.Values)
            {
                End(container, KilledExitCode, isOutOfMemory: false);
            }
            _outage = null;
        }
    }

    /// <summary>A running container ends now.</summary>
    public void Crash(string idOrName, int exitCode, bool isOutOfMemory = false)
    {
        lock (_gate)
        {
            End(Existing(idOrName), exitCode, isOutOfMemory);
        }
    }

    /// <summary>One container can no longer be inspected; every other can.</summary>
    public void Stick(string idOrName, bool isStuck = true)
    {
        lock (_gate)
        {
            Existing(idOrName).IsStuck = isStuck;
        }
    }

    /// <summary>All probes of a container fail or succeed from now on; null leaves it to its behaviour again.</summary>
    public void SetHealth(string idOrName, bool? isWell)
    {
        lock (_gate)
        {
            Existing(idOrName).IsWell = isWell;
        }
    }

    /// <summary>Somebody removes a container behind our back.</summary>
    public void Lose(string idOrName)
    {
        lock (_gate)
        {
            var container = Existing(idOrName);
            End(container, KilledExitCode, isOutOfMemory: false);
            Remove(container);
        }
    }

    /// <summary>A container writes a line.</summary>
    public void Write(string idOrName, string line)
    {
        lock (_gate)
        {
            var container = Existing(idOrName);
            container.Lines.Add((_time.GetUtcNow(), line));
            container.Change();
        }
    }
}
