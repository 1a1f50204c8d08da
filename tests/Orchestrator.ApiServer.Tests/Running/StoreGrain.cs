using System.Text.Json.Nodes;
using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Patching;
using Orchestrator.Grains;
using Orchestrator.Grains.CustomResources;
using Orchestrator.Reconcilers.CustomResources;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Reconcilers.Objects;
using Orchestrator.Reconcilers.Services;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Tests.Running;

/// <summary>
/// Stands in for every object grain: the real rules of writing, over the real store, without activations, controllers
/// or nodes.
/// </summary>
internal sealed class StoreGrain(ObjectKey key, IObjectStore store, Queue<Exception> troubles)
    : IPodGrain, INamespaceGrain, IReplicaSetGrain, IDeploymentGrain, IServiceGrain, IPassiveGrain, IResourceQuotaGrain,
        IEventGrain, INodeObjectGrain, IDisruptionBudgetGrain, ICustomObjectGrain, ICustomResourceDefinitionGrain
{
    private Kind? _declared;

    private Kind Kind => _declared ?? KindRegistry.Of(key);

    public async Task<WriteResult> Create(ApiObject obj, WriteOptions options)
    {
        if (troubles.TryDequeue(out var trouble)) throw trouble;
        await FindKindAsync();
        if (await store.ReadAsync(key) is not null) throw ApiException.AlreadyExists(Kind, key.Name);
        if (obj is Service service) obj = await WithAddressAsync(service);
        var created = ObjectWrites.Created(Kind, obj, Guid.NewGuid().ToString(), TimeProvider.System.GetUtcNow());
        if (options.DryRun) return new(created, IsCreated: true);
        created = await EstablishedAsync(created);
        return new((await store.CommitAsync(new ObjectWrite(key, created, 0))).Object, IsCreated: true);
    }

    public async Task<WriteResult> Update(ApiObject obj, string subresource, WriteOptions options)
    {
        await FindKindAsync();
        var current = await ReadAsync();
        return await SaveAsync(current, await UpdatedAsync(obj, current.Object, subresource), options);
    }

    public async Task<WriteResult> Patch(PatchRequest patch, WriteOptions options)
    {
        if (troubles.TryDequeue(out var trouble)) throw trouble;
        await FindKindAsync();
        var isApply = patch.ContentType == Patches.ApplyType;
        var stored = await store.ReadAsync(key);
        if (stored is null && !isApply) throw ApiException.NotFound(Kind, key.Name);
        var view = patch.Version is { } version ? await ViewAsync(version) : Kind;
        var before = stored is null ? null : JsonTrees.Of(view, view.FromStored(stored.Object));
        var patched = isApply
            ? ServerSideApply.Apply(
                view, before, (JsonObject)JsonTrees.Parse(patch.Body)!, options.FieldManager, patch.Force,
                TimeProvider.System.GetUtcNow(), patch.Subresource)
            : Patches.Apply(view, before!, patch.ContentType, patch.Body);
        var mode = FieldValidations.Parse(options.FieldValidation, "PatchOptions");
        var sent = ObjectDecoder.DecodePatched(view, key.Name, patched, patch.Body, mode);
        var next = view.ToStored(sent.Object);
        var result = stored is null ? await Create(next, options)
            : await SaveAsync(stored, await UpdatedAsync(next, stored.Object, patch.Subresource), options);
        return result with { Warnings = sent.Warnings };
    }

    public async Task<WriteResult> Delete(DeleteRequest request)
    {
        await FindKindAsync();
        var current = await ReadAsync();
        var asked = new DeletionOptions
        {
            GracePeriodSeconds = request.GracePeriodSeconds,
            PropagationPolicy = request.PropagationPolicy,
            Uid = request.Uid,
            ResourceVersion = request.ResourceVersion,
        };
        var plan = DeletionPlanner.Plan(current.Object, asked, TimeProvider.System.GetUtcNow());
        var isRemoved = plan is DeletionPlan.Remove || current.Object is CustomResourceDefinition;
        if (request.DryRun || plan is DeletionPlan.Unchanged) return new(plan.Object, IsRemoved: isRemoved);
        if (current.Object is CustomResourceDefinition definition) await RemoveObjectsAsync(definition);
        var next = isRemoved ? null : plan.Object;
        return new((await store.CommitAsync(new ObjectWrite(key, next, current.Revision))).Object,
            IsRemoved: isRemoved);
    }

    public async Task<WriteResult> Bind(string uid, string nodeName, string why)
    {
        var current = await ReadAsync();
        var pod = (Pod)current.Object;
        if (!string.IsNullOrEmpty(pod.Spec.NodeName))
        {
            throw ApiException.Conflict(
                Kind, key.Name, $"pod {key.Name} is already assigned to node \"{pod.Spec.NodeName}\"");
        }
        return await SaveAsync(current, pod with { Spec = pod.Spec with { NodeName = nodeName } }, new WriteOptions());
    }

    public Task Nudge() => Task.CompletedTask;

    public Task Report(string uid, PodStatus status) => throw new NotSupportedException("there are no nodes here");

    public Task ConfirmStopped(string uid) => throw new NotSupportedException("there are no nodes here");

    public Task Unschedulable(string uid, string why, string inputs) =>
        throw new NotSupportedException("there is no scheduler here");

    public Task Evict(string uid, string reason, string why) => throw new NotSupportedException("nobody evicts here");

    public Task<WriteResult> EvictAsAsked(DeleteRequest request) => Delete(request);

    public Task Grant(string pod, string uid, bool isTrial) =>
        throw new NotSupportedException("nobody counts pods here");

    public Task Unready(string uid, string why) => throw new NotSupportedException("there are no nodes here");

    public Task Record(Event happened) => throw new NotSupportedException("nobody records events here");

    private async Task<ApiObject> UpdatedAsync(ApiObject sent, ApiObject stored, string subresource)
    {
        if (sent is Service && subresource.Length == 0)
            sent = await WithAddressAsync((Service)Kind.PreparedForUpdate(sent, stored));
        return ObjectWrites.Updated(Kind, sent, stored, subresource);
    }

    private async Task<ApiObject> WithAddressAsync(Service service)
    {
        var (objects, _) = await store.ReadAllAsync();
        var others = objects.Where(item => item.Key != key).Select(item => item.Object).OfType<Service>();
        return ServiceAddresses.Fill((Service)Kind.Defaulted(service), others);
    }

    // What the grain of a definition does in time is done here at once.
    private async Task<ApiObject> EstablishedAsync(ApiObject obj)
    {
        if (obj is not CustomResourceDefinition definition) return obj;
        var (objects, _) = await store.ReadAllAsync();
        var plan = DefinitionReconciler.Reconcile(definition,
            objects.Select(item => item.Object).OfType<CustomResourceDefinition>(), 0,
            TimeProvider.System.GetUtcNow());
        return definition with { Status = plan.Status };
    }

    private async Task RemoveObjectsAsync(CustomResourceDefinition definition)
    {
        var (objects, _) = await store.ReadAllAsync();
        foreach (var item in objects.Where(item => item.Key.Group == definition.Spec.Group
            && item.Key.Plural == definition.Spec.Names.Plural))
        {
            await store.CommitAsync(new ObjectWrite(item.Key, null, item.Revision));
        }
    }

    private async Task FindKindAsync() => _declared ??= (await KindsAsync())?.Storage;

    private async Task<Kind> ViewAsync(string version) => KindRegistry.Find(Kind.Group, version, Kind.Plural)
        ?? (await KindsAsync())!.Served.Single(kind => kind.Version == version);

    private async Task<CustomKinds?> KindsAsync() =>
        (await store.ReadAsync(CustomKinds.DefinitionOf(key.Group, key.Plural)))?.Object
            is CustomResourceDefinition definition ? CustomKinds.Of(definition) : null;

    private async Task<StoredObject> ReadAsync() =>
        await store.ReadAsync(key) ?? throw ApiException.NotFound(Kind, key.Name);

    private async Task<WriteResult> SaveAsync(StoredObject current, ApiObject next, WriteOptions options)
    {
        if (options.DryRun || ReferenceEquals(next, current.Object)) return new(next);
        if (DeletionPlanner.IsReleased(next) && !DeletionPlanner.IsReleased(current.Object))
        {
            return new((await store.CommitAsync(new ObjectWrite(key, null, current.Revision))).Object, IsRemoved: true);
        }
        next = await EstablishedAsync(next);
        return new((await store.CommitAsync(new ObjectWrite(key, next, current.Revision))).Object);
    }
}
