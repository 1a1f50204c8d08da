using System.Diagnostics.Metrics;

namespace Orchestrator.Robustness.Tests.Running;

/// <summary>Counts what is open on one server: connections, and requests that are not answered.</summary>
public sealed class Gauge : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _connections;
    private long _requests;
    private long _begun;

    /// <summary>Listens from now on to the server that makes its instruments there; others end in this process,
    /// too.</summary>
    public Gauge(IMeterFactory server)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, server)
                && instrument.Name is "kestrel.active_connections" or "http.server.active_requests")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, measured, _, _) =>
        {
            if (instrument.Name == "kestrel.active_connections") Interlocked.Add(ref _connections, measured);
            else Interlocked.Add(ref _requests, measured);
            if (instrument.Name == "http.server.active_requests" && measured > 0)
                Interlocked.Add(ref _begun, measured);
        });
        _listener.Start();
    }

    /// <summary>Connections that are open.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Requests, watches and streams that are open.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Requests that were ever begun, those that have ended among them.</summary>
    public long Begun => Interlocked.Read(ref _begun);

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();
}
