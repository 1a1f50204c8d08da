namespace Orchestrator.Api.Certificates.V1;

/// <summary>
/// Who may say what of a signing request: its approval says that it is approved or denied, its status all the rest.
/// </summary>
internal static class SigningDecisions
{
    /// <summary>The stored status with the decision that was sent; the certificate stays.</summary>
    public static CertificateSigningRequestStatus Made(
        CertificateSigningRequest sent, CertificateSigningRequest stored) => stored.Status with
        {
            Conditions =
            [
                .. stored.Status.Conditions.Where(condition => !IsDecision(condition)),
                .. sent.Status.Conditions.Where(IsDecision).Select(Dated),
            ],
        };

    /// <summary>The status that was sent with the decision that was stored.</summary>
    public static CertificateSigningRequestStatus Kept(
        CertificateSigningRequest sent, CertificateSigningRequest stored) => sent.Status with
        {
            Conditions =
            [
                .. stored.Status.Conditions.Where(IsDecision),
                .. sent.Status.Conditions.Where(condition => !IsDecision(condition)).Select(Dated),
            ],
        };

    private static bool IsDecision(CertificateSigningRequestCondition condition) =>
        condition.Type is "Approved" or "Denied";

    // The one who decides says when; it is the decision's only transition.
    private static CertificateSigningRequestCondition Dated(CertificateSigningRequestCondition condition) =>
        condition with { LastTransitionTime = condition.LastTransitionTime ?? condition.LastUpdateTime };
}
