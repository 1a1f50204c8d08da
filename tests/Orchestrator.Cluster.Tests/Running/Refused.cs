using Orchestrator.Api.Meta;

namespace Orchestrator.Cluster.Tests.Running;

/// <summary>Expects a refusal.</summary>
internal static class Refused
{
    public static async Task<ApiException> With(int code, string reason, Func<Task> act)
    {
        var refusal = await Assert.ThrowsAsync<ApiException>(act);
        Assert.Equal((code, reason), (refusal.Code, refusal.Reason));
        return refusal;
    }
}
