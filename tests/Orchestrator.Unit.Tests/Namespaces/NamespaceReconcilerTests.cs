using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Namespaces;

namespace Orchestrator.Unit.Tests.Namespaces;

public sealed class NamespaceReconcilerTests
{
    private static readonly Namespace Living = new()
    {
        Metadata = new() { Name = "team", Uid = "uid-team" },
        Spec = new() { Finalizers = ["kubernetes"] },
    };

    private static readonly Namespace Leaving = Living with
    {
        Metadata = Living.Metadata with { DeletionTimestamp = Given.Now },
    };

    [Fact]
    public void A_new_namespace_is_furnished_once()
    {
        var plan = NamespaceReconciler.Reconcile(Living, [], "PEM", Given.Now);
        var made = plan.Actions.OfType<NamespaceAction.Create>().Select(create => create.Object).ToList();
        made.Select(obj => KindRegistry.KeyOf(obj).ToString())
            .ShouldBe(["/serviceaccounts/team/default", "/configmaps/team/kube-root-ca.crt"]);
        plan.Status.Phase.ShouldBe("Active");
        NamespaceReconciler.Reconcile(Living, made, "PEM", Given.Now).Actions.ShouldBeEmpty();
        NamespaceReconciler.Reconcile(Living, made, "NEW", Given.Now).Actions.Single()
            .ShouldBeOfType<NamespaceAction.Update>().Object.ShouldBeOfType<ConfigMap>().Data["ca.crt"].ShouldBe("NEW");
    }

    [Fact]
    public void Ending_it_deletes_what_it_holds_and_says_what_remains()
    {
        IReadOnlyList<ApiObject> contents =
        [
            Given.Pod("a:Running:ns=team"), Given.Pod("b:Running:ns=team:del"),
            new ConfigMap { Metadata = new() { Name = "c", Namespace = "team", Finalizers = ["example.com/hold"] } },
        ];
        var plan = NamespaceReconciler.Reconcile(Leaving, contents, null, Given.Now);
        plan.Actions.OfType<NamespaceAction.Delete>().Select(delete => delete.Key.Name).ShouldBe(["c", "a"]);
        plan.LookAgainAfter.ShouldNotBeNull();
        var messages = plan.Status.Conditions.ToDictionary(c => c.Type, c => (c.Status, c.Reason, c.Message));
        messages["NamespaceContentRemaining"].ShouldBe(("True", "SomeResourcesRemain",
            "Some resources are remaining: configmaps. has 1 resource instances, pods. has 2 resource instances"));
        messages["NamespaceFinalizersRemaining"].ShouldBe(("True", "SomeFinalizersRemain",
            "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances"));
        messages["NamespaceDeletionContentFailure"].Status.ShouldBe("False");
        plan.Status.Phase.ShouldBe("Terminating");
    }

    [Fact]
    public void An_empty_one_gives_its_finalizer_up()
    {
        var plan = NamespaceReconciler.Reconcile(Leaving, [], "PEM", Given.Now);
        plan.Actions.Single().ShouldBe(new NamespaceAction.RemoveFinalizer("kubernetes", "nothing is left in it"));
        var again = NamespaceReconciler.Reconcile(Leaving with { Status = plan.Status }, [], null,
            Given.Now.AddHours(1));
        again.Status.Conditions.ShouldBe(plan.Status.Conditions);
    }

    [Fact]
    public void A_failed_deletion_is_told()
    {
        var plan = NamespaceReconciler.Reconcile(Leaving, [Given.Pod("a:Running:ns=team")], null, Given.Now,
            ["pods a: no"]);
        plan.Status.Conditions.Single(c => c.Type == "NamespaceDeletionContentFailure").Message
            .ShouldBe("Failed to delete all resource types, 1 remaining: pods a: no");
    }
}
