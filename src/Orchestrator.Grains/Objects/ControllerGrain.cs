using Microsoft.Extensions.Logging;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.Objects;

/// <summary>
/// Owns an object and acts on it. A nudge carries no news: it only asks for a pass, which reads everything and can be
/// repeated safely. Nudges that arrive before the next pass fold into it.
/// </summary>
internal abstract partial class ControllerGrain(IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ObjectGrain(stored, cluster)
{
    private static readonly TimeSpan TroubleDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OvertakenDelay = TimeSpan.FromMilliseconds(50);
    private readonly PassTimer _passes = new();
    private bool _isOwnStatus;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _passes.Start(this, Pass, Cluster.Options.PassSpacing, Cluster.Time);
        return Task.CompletedTask;
    }

    public override Task Nudge()
    {
        _passes.Ask();
        return Task.CompletedTask;
    }

    /// <summary>One pass: load, reconcile, act, record the status.</summary>
    /// <returns>When to look again without being asked, or null.</returns>
    protected abstract Task<TimeSpan?> Reconcile(CancellationToken cancellation);

    protected override Task Committed(ApiObject? before, ApiObject? after)
    {
        if (after is not null && !_isOwnStatus) _passes.Ask();
        return Task.CompletedTask;
    }

    /// <summary>Commits what a pass observed; the controller's own status does not wake it again.</summary>
    protected async Task CommitStatus(ApiObject next)
    {
        _isOwnStatus = true;
        try
        {
            await Commit(next);
        }
        finally
        {
            _isOwnStatus = false;
        }
    }

    private async Task<TimeSpan?> Pass(CancellationToken cancellation)
    {
        try
        {
            return await CatchUpOrMakeWay() && await Collect() ? await Reconcile(cancellation) : null;
        }
        catch (StoreUnavailableException)
        {
            // What this silo knows may be old: nothing is decided from it. The barrier has told of the silence.
            return Cluster.Options.PutOffDelay;
        }
        catch (ApiException overtaken) when (overtaken.Reason == "Conflict")
        {
            LogOvertaken(Log, Key, overtaken.Message);
            return OvertakenDelay;
        }
        catch (Exception trouble)
        {
            // Whatever went wrong, the next pass starts from what is stored; it is delayed so that trouble stays cheap.
            LogPassFailed(Log, Key, trouble);
            return TroubleDelay;
        }
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Warning, Message = "{Key}: a pass failed and will be repeated")]
    private static partial void LogPassFailed(ILogger log, ObjectKey key, Exception trouble);

    [LoggerMessage(EventId = 111, Level = LogLevel.Debug,
        Message = "{Key}: somebody else wrote between the look and the act: {Why}")]
    private static partial void LogOvertaken(ILogger log, ObjectKey key, string why);
}
