using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Namespaces;

/// <summary>What a namespace wants done.</summary>
public abstract record NamespaceAction
{
    private NamespaceAction()
    {
    }

    /// <summary>Create an object every namespace has; that it is there is success.</summary>
    public sealed record Create(ApiObject Object) : NamespaceAction;

    /// <summary>Put such an object right.</summary>
    public sealed record Update(ApiObject Object, string Why) : NamespaceAction;

    /// <summary>Delete something the namespace holds.</summary>
    public sealed record Delete(ObjectKey Key, string Uid, string Why) : NamespaceAction;

    /// <summary>Take a finalizer off <c>spec.finalizers</c>; with the last one the namespace goes.</summary>
    public sealed record RemoveFinalizer(string Finalizer, string Why) : NamespaceAction;
}
