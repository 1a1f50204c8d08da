using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Events;
using Orchestrator.Storage;

namespace Orchestrator.Grains;

/// <summary>What every grain reads and uses of its cluster; one per silo.</summary>
internal sealed record ClusterAccess(
    IWatchCache Cache, IObjectStore Store, TimeProvider Time, IIdSource Ids, EventRecorder Events,
    GrainOptions Options, ILoggerFactory Loggers)
{
    /// <summary>The time now, in whole seconds as the API writes it.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var now = Time.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        }
    }
}
