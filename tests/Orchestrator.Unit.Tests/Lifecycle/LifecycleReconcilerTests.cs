using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Lifecycle;

namespace Orchestrator.Unit.Tests.Lifecycle;

public sealed class LifecycleReconcilerTests
{
    // why | owners and what became of them | finalizers (a leading ! = being deleted) | surroundings | outcome
    public static TheoryData<string, string, string, string, string> Cases => new()
    {
        { "an object without owners stays", "", "", "", "" },
        { "a live owner keeps it", "a=Live", "", "", "" },
        { "a missing owner collects it", "a=Missing", "", "", "Background" },
        { "the last owner decides", "a=Missing b=Missing", "", "", "Background" },
        { "one live owner keeps it, dead references go", "a=Missing b=Live", "", "", "strip a" },
        { "a waiting owner does not keep it", "a=ForegroundDeleting", "", "", "Background" },
        { "foreground passes itself on", "a=ForegroundDeleting", "", "dependents", "Foreground" },
        { "beside a live owner the waiting one is let go", "a=ForegroundDeleting b=Live", "", "", "strip a" },
        { "an orphaning owner leaves it", "a=Orphaning", "", "", "strip a" },
        { "orphaned first, judged later", "a=Orphaning b=Missing", "", "", "strip a" },
        { "its own finalizer says how", "a=Missing", "orphan", "", "Orphan" },
        { "a namespace that ends takes it along", "a=Live", "", "namespace", "Background" },
        { "what is being deleted is not deleted again", "a=Missing", "!x", "namespace", "" },
        { "foreground waits for blocking dependents", "", "!foregroundDeletion", "dependents blocking", "" },
        { "foreground ends when none blocks", "", "!foregroundDeletion", "dependents", "remove foregroundDeletion" },
        { "orphan waits until dependents are let go", "", "!orphan", "dependents", "" },
        { "orphan ends then", "", "!orphan", "", "remove orphan" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Decides(string why, string owners, string finalizers, string around, string expected)
    {
        var lives = owners.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(o => o.Split('='))
            .ToDictionary(o => o[0], o => Enum.Parse<OwnerLife>(o[1]));
        var pod = new Pod
        {
            Metadata = new()
            {
                Name = "p",
                Namespace = "default",
                Uid = "uid-p",
                OwnerReferences = [.. lives.Keys.Select(uid => Given.Controller(uid))],
                DeletionTimestamp = finalizers.StartsWith('!') ? Given.Now : null,
                Finalizers = finalizers.Length == 0 ? [] : [finalizers.TrimStart('!')],
            },
        };
        var plan = LifecycleReconciler.Plan(pod, new()
        {
            OwnerLife = reference => lives[reference.Uid],
            IsNamespaceTerminating = around.Contains("namespace"),
            HasDependents = around.Contains("dependents"),
            HasBlockingDependents = around.Contains("blocking"),
        }, Given.Now);
        var shown = string.Join(' ', plan.Actions.Select(action => action switch
        {
            LifecycleAction.Delete delete => delete.Propagation,
            LifecycleAction.StripOwners strip => $"strip {string.Join(',', strip.Uids)}",
            LifecycleAction.RemoveFinalizer remove => $"remove {remove.Finalizer}",
            _ => "?",
        }));
        shown.ShouldBe(expected, why);
        plan.Reasons.Count.ShouldBe(plan.Actions.Count);
    }

    [Fact]
    public void An_owner_is_its_uid_in_the_same_namespace()
    {
        var reference = Given.Controller("uid-web");
        var pod = new Pod { Metadata = new() { Name = "p", Namespace = "default", OwnerReferences = [reference] } };
        var owner = Given.ReplicaSet("web", 1);
        var key = ReplicaSet.Kind.KeyOf("default", "web");
        OwnerLives.Of(reference, pod, asked => asked == key ? owner : null).ShouldBe(OwnerLife.Live);
        var recreated = owner with { Metadata = owner.Metadata with { Uid = "uid-new" } };
        OwnerLives.Of(reference, pod, asked => asked == key ? recreated : null).ShouldBe(OwnerLife.Missing);
        var elsewhere = pod with { Metadata = pod.Metadata with { Namespace = "other" } };
        OwnerLives.Of(reference, elsewhere, asked => asked == key ? owner : null).ShouldBe(OwnerLife.Missing);
        var unserved = reference with { ApiVersion = "example.com/v1" };
        OwnerLives.Of(unserved, pod, _ => null).ShouldBe(OwnerLife.Live);
        var leaving = owner with
        {
            Metadata = owner.Metadata with { DeletionTimestamp = Given.Now, Finalizers = [Finalizers.Foreground] },
        };
        OwnerLives.Of(reference, leaving).ShouldBe(OwnerLife.ForegroundDeleting);
    }
}
