using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.Grains;

/// <summary>
/// Writes that failed through no fault of the caller. A cause in the details marks those that were overtaken, so that
/// whoever stands between may try again by itself.
/// </summary>
public static class WriteTrouble
{
    private const string Overtaken = "Overtaken";

    /// <summary>A newer activation has written meanwhile, and this one nothing: the same may be sent again.</summary>
    public static bool IsOvertaken(ApiException refusal) =>
        refusal.Code == 503 && refusal.Details?.Causes.Any(cause => cause.Reason == Overtaken) == true;

    /// <summary>503: this activation was overtaken by a newer one.</summary>
    internal static ApiException Stale(Kind kind, string name) => new(503, "ServiceUnavailable",
        $"{kind.Resource} \"{name}\" was written by another activation meanwhile; try again",
        new StatusDetails(name, kind.Group, kind.Plural,
            [new StatusCause(Overtaken, "the request may be repeated")], 1));

    /// <summary>503: the store did not commit, or did not say whether it has.</summary>
    internal static ApiException NotCommitted(Exception trouble)
    {
        var store = trouble as StoreUnavailableException ?? trouble.InnerException as StoreUnavailableException;
        var why = trouble.GetBaseException().Message;
        return ApiException.Unavailable(store is { IsOutcomeUnknown: true }
            ? $"the store gave no answer, so it is not known whether it was written: {why}"
            : $"the store cannot commit now, nothing was written: {why}");
    }
}
