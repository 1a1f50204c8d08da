using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Grains;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Users;

/// <summary>
/// Users who claim storage, run pods on it one after the other, and give it up. They come with three seeds of seven,
/// and leave the chance of the others alone, so that a seed goes on meaning what it meant.
/// </summary>
internal sealed class ClaimUsers(SimulatedWorld world, int seed, TimeSpan gap)
{
    private const string Namespace = "default";
    private const int ClaimsMax = 4;
    private readonly Chance _chance = world.ChanceFor("claims");
    private readonly UserClient _client = new(world);
    private int _made;

    private bool IsHere => seed % 7 is 0 or 2 or 3;

    /// <summary>Their classes: the one of every cluster, and one that binds at once and keeps its volumes.</summary>
    public async Task PrepareAsync()
    {
        if (!IsHere) return;
        await _client.InsistAsync(LocalStorage.DefaultClass);
        await _client.InsistAsync(LocalStorage.DefaultClass with
        {
            Metadata = new() { Name = "soon" },
            VolumeBindingMode = "Immediate",
            ReclaimPolicy = "Retain",
        });
    }

    /// <summary>One request after the other.</summary>
    public async Task RunAsync(DateTimeOffset end)
    {
        while (IsHere)
        {
            var pause = _chance.Around(gap);
            if (world.Now + pause >= end) return;
            await world.WaitAsync(pause);
            await _chance.OfWeighted<Func<Task>>(
                [(3, ClaimAndUse), (3, UseAgain), (2, EndPod), (2, GiveUp), (1, Grow)])();
        }
    }

    private async Task ClaimAndUse()
    {
        var claims = Claims();
        if (claims.Count >= ClaimsMax) return;
        var name = $"claim-{++_made}";
        await _client.CreateAsync(new PersistentVolumeClaim
        {
            Metadata = new() { Name = name, Namespace = Namespace },
            Spec = new()
            {
                AccessModes = [_chance.Hits(0.3) ? "ReadWriteOncePod" : "ReadWriteOnce"],
                StorageClassName = _chance.Of<string?>([null, null, "soon"]),
                Resources = new() { Requests = Size(_chance.Between(1, 4)) },
            },
        });
        await Use(name);
    }

    private Task UseAgain() => On(Claims().Where(claim => !IsUsed(claim)), claim => Use(claim.Metadata.Name!));

    private Task EndPod() => On(
        world.Cache.All(Pod.Kind, Namespace).Where(
            pod => pod.Metadata.DeletionTimestamp is null && pod.Spec.Volumes.Count > 0),
        pod => _client.DeleteAsync(KindRegistry.KeyOf(pod), new DeleteRequest()));

    // One in use would stay until its pod goes, which may be never.
    private Task GiveUp() => On(Claims().Where(claim => !IsUsed(claim)),
        claim => _client.DeleteAsync(KindRegistry.KeyOf(claim), new DeleteRequest()));

    private Task Grow() => On(Claims().Where(claim => claim.Status.Phase == "Bound"), claim => _client.MergeAsync(
        KindRegistry.KeyOf(claim),
        $"{{\"spec\":{{\"resources\":{{\"requests\":{{\"storage\":\"{_chance.Between(4, 9)}Gi\"}}}}}}}}"));

    private Task Use(string claim) => _client.CreateAsync(new Pod
    {
        Metadata = new() { Name = $"user-{++_made}", Namespace = Namespace },
        Spec = new()
        {
            TerminationGracePeriodSeconds = 5,
            Volumes = [new() { Name = "kept", PersistentVolumeClaim = new() { ClaimName = claim } }],
            Containers =
            [
                new()
                {
                    Name = "main", Image = "app/main:1", VolumeMounts = [new() { Name = "kept", MountPath = "/kept" }],
                },
            ],
        },
    });

    private bool IsUsed(PersistentVolumeClaim claim) => world.Cache.All(Pod.Kind, Namespace).Any(
        pod => pod.Spec.Volumes.Any(volume => volume.PersistentVolumeClaim?.ClaimName == claim.Metadata.Name));

    private List<PersistentVolumeClaim> Claims() =>
        [.. world.Cache.All(PersistentVolumeClaim.Kind, Namespace).Where(c => c.Metadata.DeletionTimestamp is null)];

    private Task On<T>(IEnumerable<T> things, Func<T, Task> act)
    {
        var all = things.ToList();
        return all.Count == 0 ? Task.CompletedTask : act(_chance.Of(all));
    }

    private static Dictionary<string, Quantity> Size(int gibibytes) =>
        new() { ["storage"] = Quantity.Parse($"{gibibytes}Gi") };
}
