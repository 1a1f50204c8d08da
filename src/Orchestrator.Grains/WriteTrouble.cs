using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.Grains;

/// <summary>
/// Writes that failed through no fault of the caller. A cause in the details says that nothing was written, so that
/// whoever stands between may try again by itself.
/// </summary>
public static class WriteTrouble
{
    private const string NothingWritten = "NothingWritten";

    /// <summary>Surely nothing was written: the same may be sent again.</summary>
    public static bool IsNothingWritten(ApiException refusal) =>
        refusal.Code == 503 && refusal.Details?.Causes.Any(cause => cause.Reason == NothingWritten) == true;

    /// <summary>503: this activation was overtaken by a newer one.</summary>
    internal static ApiException Stale(Kind kind, string name) => NotWritten(
        $"{kind.Resource} \"{name}\" was written by another activation meanwhile; try again");

    /// <summary>503: the store did not commit, or did not say whether it has.</summary>
    internal static ApiException NotCommitted(Exception trouble)
    {
        var root = trouble.GetBaseException();
        var store = trouble as StoreUnavailableException ?? trouble.InnerException as StoreUnavailableException;
        return store is { IsOutcomeUnknown: true }
            ? ApiException.Unavailable($"the store gave no answer, it is not known whether it was written: {root.Message}")
            : NotWritten($"the store cannot commit now, nothing was written: {root.Message}");
    }

    private static ApiException NotWritten(string why) => new(503, "ServiceUnavailable", why,
        new StatusDetails(null, null, null, [new StatusCause(NothingWritten, "the request may be repeated")], 1));
}
