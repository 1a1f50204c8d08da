namespace Orchestrator.Nodes.Simulated;

/// <content>What a test or a demonstration does to the machine.</content>
public sealed partial class SimulatedRuntime
{
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
