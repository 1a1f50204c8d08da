using System.Net;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Discovery.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Reconcilers.Services;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Hosting;

/// <summary>
/// Keeps the endpoints of the API's own service true: one address for each process that lives. Every process looks when
/// another comes or goes, and now and then; they all come to the same.
/// </summary>
internal sealed partial class ApiAddresses(
    IGrainFactory grains, IWatchCache cache, ILocalSiloDetails silo, ISiloStatusOracle silos, TimeProvider time,
    ILogger<ApiAddresses> log) : ISiloStatusListener, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan JoinDelay = TimeSpan.FromMilliseconds(200);
    private ITimer? _timer;
    private IPEndPoint _listen = new(IPAddress.Loopback, 0);

    /// <summary>Writes what is missing, and goes on looking.</summary>
    public async Task StartAsync(IPEndPoint listen)
    {
        _listen = listen;
        await WriteAsync();
        _timer = time.CreateTimer(_ => Look(), null, Period, Period);
        silos.SubscribeToSiloStatusEvents(this);
    }

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status) =>
        _timer?.Change(JoinDelay, Period);

    public void Dispose()
    {
        silos.UnSubscribeFromSiloStatusEvents(this);
        _timer?.Dispose();
    }

    private async Task WriteAsync()
    {
        var missing = ApiEndpoints.Plan(
            (Endpoints?)cache.Find(ApiEndpoints.Key)?.Object, (EndpointSlice?)cache.Find(ApiEndpoints.SliceKey)?.Object,
            Addresses(), _listen.Port);
        foreach (var obj in missing)
        {
            var grain = grains.Object(KindRegistry.KeyOf(obj));
            var options = new WriteOptions(FieldManager: "orc");
            try
            {
                if (obj.Metadata.Uid is null) await grain.Create(obj, options);
                else await grain.Update(obj, "", options);
            }
            catch (ApiException taken) when (taken.Reason is "AlreadyExists" or "Conflict")
            {
                LogOvertaken(log, taken.Message);
            }
        }
    }

    private async void Look()
    {
        try
        {
            await WriteAsync();
        }
        catch (Exception trouble)
        {
            // The timer goes on, and the next look repeats it.
            LogFailed(log, trouble);
        }
    }

    private IEnumerable<IPAddress> Addresses()
    {
        var outside = IPAddress.Parse(MachineAddress.Find());
        var own = IsOpen(_listen.Address) ? _listen.Address : outside;
        return silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(other => !other.Equals(silo.SiloAddress))
            .Select(other => IsOpen(other.Endpoint.Address) ? other.Endpoint.Address : outside).Append(own);
    }

    private static bool IsOpen(IPAddress address) =>
        !IPAddress.IsLoopback(address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);

    [LoggerMessage(EventId = 400, Level = LogLevel.Debug,
        Message = "another process has written the endpoints of the API: {Why}")]
    private static partial void LogOvertaken(ILogger log, string why);

    [LoggerMessage(EventId = 401, Level = LogLevel.Warning,
        Message = "the endpoints of the API cannot be written; it will be tried again")]
    private static partial void LogFailed(ILogger log, Exception trouble);
}
