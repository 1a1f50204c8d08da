using Orchestrator.Reconcilers.Volumes;

namespace Orchestrator.Unit.Tests.Volumes;

public sealed class VolumeReconcilerTests
{
    // why | volume | what is stored under its claim's name | phase, what is done
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "nobody's", "v:phase=Pending", "", "Available" },
        { "kept for somebody", "v:for=c:phase=Pending", "c", "Available" },
        { "its claim says so", "v:of=c", "c:bound:volume=v", "Bound" },
        { "its claim is about to say so", "v:of=c", "c", "Available" },
        { "its claim is gone", "v:of=c:phase=Bound", "", "Released" },
        { "another claim of that name does not count", "v:of=c:phase=Bound", "c:uid=new", "Released" },
        { "one of ours is kept", "v:of=c:phase=Bound:csi:node=n", "", "Released" },
        { "one of ours is erased", "v:of=c:phase=Bound:csi:node=n:policy=Delete", "", "Released; erase on n" },
        { "and again until it is", "v:of=c:phase=Released:csi:node=n:policy=Delete", "", "Released; erase on n" },
        { "one that nobody here can delete", "v:of=c:phase=Bound:policy=Delete", "", "Failed; VolumeFailedDelete" },
        { "one that somebody else deletes", "v:of=c:phase=Bound:policy=Delete:foreign", "", "Released" },
        { "nothing is scrubbed", "v:of=c:phase=Bound:policy=Recycle", "", "Failed; VolumeFailedRecycle" },
        { "what failed is not told again", "v:of=c:phase=Failed:policy=Recycle", "", "Failed" },
        { "its claim has another, and it was the controller's choice", "v:of=c:auto", "c:bound:volume=w",
            "Available; let go" },
        { "its claim has another, and a user kept it", "v:of=c", "c:bound:volume=w", "Available; let go" },
        { "made for a claim that has another", "v:of=c:csi:node=n:policy=Delete", "c:bound:volume=w",
            "Released; erase on n" },
        { "deleted while in use", "v:of=c:phase=Bound:del", "c:bound:volume=v", "Bound" },
        { "deleted and free", "v:del", "", "Available; unprotected" },
        { "deleted, and it held data", "v:of=c:phase=Released:del:csi:node=n", "", "Released; unprotected" },
        { "deleted, and its data go with it", "v:of=c:phase=Released:del:csi:node=n:policy=Delete", "",
            "Released; erase on n" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Decides(string why, string volume, string claim, string expected)
    {
        var given = GivenStorage.Volume(volume);
        var plan = VolumeReconciler.Reconcile(given, claim.Length == 0 ? null : GivenStorage.Claim(claim), Given.Now);
        List<string> shown = [plan.Next.Status.Phase!];
        if (!ReferenceEquals(plan.Next.Spec, given.Spec)) shown.Add("let go");
        if (plan.EraseOn is { } node) shown.Add($"erase on {node}");
        if (plan.Unneeded.Count > 0) shown.Add("unprotected");
        shown.AddRange(plan.News.Select(news => news.Reason));
        string.Join("; ", shown).ShouldBe(expected, why);
    }

    [Fact]
    public void Being_let_go_forgets_which_claim_it_was()
    {
        var claim = GivenStorage.Claim("c:bound:volume=w");
        VolumeReconciler.Reconcile(GivenStorage.Volume("v:of=c:auto"), claim, Given.Now).Next
            .Spec.ClaimRef.ShouldBeNull();
        var kept = VolumeReconciler.Reconcile(GivenStorage.Volume("v:of=c"), claim, Given.Now).Next.Spec.ClaimRef!;
        (kept.Name, kept.Uid).ShouldBe(("c", null));
    }
}
