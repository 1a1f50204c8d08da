using Orchestrator.Api.Meta;

namespace Orchestrator.Simulations.Users;

/// <summary>Applies what a file says, once, in its order.</summary>
internal sealed class ManifestUser(SimulatedWorld world)
{
    private readonly UserClient _client = new(world);

    public async Task ApplyAsync(IReadOnlyList<ApiObject> objects)
    {
        foreach (var obj in objects) await _client.InsistAsync(obj);
    }
}
