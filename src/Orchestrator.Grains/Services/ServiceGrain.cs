using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Objects;
using Orchestrator.Grains.Quotas;
using Orchestrator.Reconcilers.Services;
using Orleans.Runtime;

namespace Orchestrator.Grains.Services;

/// <summary>Owns a Service; what must be unique in the cluster it asks for before it stores the object.</summary>
internal sealed class ServiceGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ObjectGrain(stored, cluster), IServiceGrain
{
    private bool _isPromised;

    protected override async ValueTask<ApiObject> Admit(ApiObject sent, ApiObject? before, WriteOptions options)
    {
        var next = (Service)(before is null ? sent : Kind.PreparedForUpdate(sent, before));
        next = (Service)Kind.Defaulted(next);
        if (!ServiceAddresses.IsAsking(next, (Service?)before)) return sent;
        // What is wrong is said before anything is given out.
        RefuseWrong(next, (Service?)before);
        // One that its namespace has no room for gets nothing that others would have to do without.
        await NamespaceLimits.AskForRoom(
            before, next with { Metadata = before?.Metadata ?? next.Metadata }, Key, Cluster, GrainFactory,
            isTrial: true);
        var filled = await GrainFactory.GetGrain<IServiceAddressGrain>(IServiceAddressGrain.Key)
            .Fill(next, isPromised: !options.DryRun);
        _isPromised |= !options.DryRun;
        return filled with { Metadata = sent.Metadata };
    }

    protected override Task Committed(ApiObject? before, ApiObject? after)
    {
        if (_isPromised)
            _ = GrainFactory.GetGrain<IServiceAddressGrain>(IServiceAddressGrain.Key).Settle(Key.ToString());
        _isPromised = false;
        return Task.CompletedTask;
    }

    private void RefuseWrong(Service next, Service? before)
    {
        var errors = Kind.Check(next, before);
        if (errors.Count > 0) throw ApiException.Invalid(Kind, Key.Name, errors);
    }
}
