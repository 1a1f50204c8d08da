using System.Text;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orleans.Runtime;

namespace Orchestrator.Simulations.Users;

/// <summary>Calls grains as a front-end would for a user, and remembers what was acknowledged.</summary>
internal sealed class UserClient(SimulatedWorld world)
{
    private const int AttemptsMax = 10;
    private static readonly WriteOptions ByUser = new(FieldManager: "user");

    public Task CreateAsync(ApiObject obj) =>
        SendAsync("create", KindRegistry.KeyOf(obj), grain => grain.Create(obj, ByUser));

    public Task MergeAsync(ObjectKey key, string json) => SendAsync($"patch {json}", key, grain => grain.Patch(
        new PatchRequest("application/merge-patch+json", Encoding.UTF8.GetBytes(json), ""), ByUser));

    public Task DeleteAsync(ObjectKey key, DeleteRequest request)
    {
        if (request.GracePeriodSeconds == 0 && world.Cache.Find(key)?.Object.Metadata.Uid is { } uid)
        {
            world.Forced.Add(uid);
        }
        return SendAsync($"delete {request.PropagationPolicy}", key, grain => grain.Delete(request));
    }

    /// <summary>Asks again until it is done: a manifest is not applied in part.</summary>
    public async Task InsistAsync(ApiObject obj)
    {
        var key = KindRegistry.KeyOf(obj);
        for (var attempt = 0; !await SendAsync("create", key, grain => grain.Create(obj, ByUser)); attempt++)
        {
            if (world.Cache.Find(key) is not null) return;
            if (attempt == AttemptsMax)
            {
                throw new ViolationException("what users apply is taken", $"{key} is refused, see the log");
            }
            await world.WaitAsync(TimeSpan.FromSeconds(1));
        }
    }

    private async Task<bool> SendAsync(string what, ObjectKey key, Func<IObjectGrain, Task<WriteResult>> send)
    {
        world.Counters.Add("user requests");
        try
        {
            var result = await send(world.Grains.Object(key));
            world.Log.Add("user", $"{what} {key}: revision {result.Object.Metadata.ResourceVersion}");
            world.Invariants.SeeAcknowledged(key, result);
            return true;
        }
        catch (Exception refusal) when (refusal is ApiException or TimeoutException or OrleansException)
        {
            world.Counters.Add("user requests refused");
            world.Log.Add("user", $"{what} {key}: {refusal.GetType().Name} {refusal.Message.ReplaceLineEndings(" ")}");
            return false;
        }
    }
}
