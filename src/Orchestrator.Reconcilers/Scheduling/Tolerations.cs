using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>Whether pods put up with taints.</summary>
public static class Tolerations
{
    /// <summary>One of the tolerations covers the taint.</summary>
    public static bool Cover(IReadOnlyList<Toleration> tolerations, Taint taint)
    {
        foreach (var toleration in tolerations)
        {
            if (Covers(toleration, taint)) return true;
        }
        return false;
    }

    /// <summary>The first taint that keeps the pod from being placed, or null.</summary>
    public static Taint? FirstUntolerated(IReadOnlyList<Toleration> tolerations, IReadOnlyList<Taint> taints)
    {
        foreach (var taint in taints)
        {
            if (taint.Effect is "NoSchedule" or "NoExecute" && !Cover(tolerations, taint)) return taint;
        }
        return null;
    }

    /// <summary>The toleration covers the taint: no effect means all effects, no key with Exists all keys.</summary>
    public static bool Covers(Toleration toleration, Taint taint)
    {
        if (!string.IsNullOrEmpty(toleration.Effect) && toleration.Effect != taint.Effect) return false;
        if (!string.IsNullOrEmpty(toleration.Key) && toleration.Key != taint.Key) return false;
        if (toleration.Operator == "Exists") return true;
        return !string.IsNullOrEmpty(toleration.Key) && (toleration.Value ?? "") == (taint.Value ?? "");
    }
}
