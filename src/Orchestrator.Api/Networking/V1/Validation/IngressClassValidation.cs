using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Networking.V1.Validation;

/// <summary>What holds for IngressClasses.</summary>
internal static class IngressClassValidation
{
    private const int ControllerBytesMax = 250;

    public static IReadOnlyList<FieldError> Check(IngressClass ingressClass, IngressClass? old)
    {
        var errors = new FieldErrors();
        var (at, spec) = (errors["spec"], ingressClass.Spec);
        if (old is not null && old.Spec.Controller != spec.Controller)
            at["controller"].Invalid(spec.Controller ?? "", "field is immutable");
        CheckController(at["controller"], spec.Controller ?? "");
        if (spec.Parameters is { } parameters) CheckParameters(at["parameters"], parameters);
        return errors.Found;
    }

    private static void CheckController(FieldErrors at, string controller)
    {
        if (controller.Length == 0)
        {
            at.Required();
            return;
        }
        if (controller.Length > ControllerBytesMax) at.TooLong(ControllerBytesMax);
        var slash = controller.IndexOf('/');
        if (slash <= 0 || slash == controller.Length - 1)
        {
            at.Invalid(controller, "must be a domain-prefixed path (such as \"acme.io/foo\")");
            return;
        }
        at.Invalid(controller[..slash], NameRules.DnsSubdomain(controller[..slash]));
    }

    private static void CheckParameters(FieldErrors at, IngressClassParametersReference parameters)
    {
        IngressValidation.CheckReference(at, parameters.ApiGroup, parameters.Kind, parameters.Name);
        switch (parameters)
        {
            case { Scope: "Namespace", Namespace: null }:
                at["namespace"].Required("`parameters.scope` is set to 'Namespace'");
                break;
            case { Scope: "Namespace", Namespace: var ns }:
                at["namespace"].Invalid(ns, NameRules.DnsLabel(ns));
                break;
            case { Scope: "Cluster", Namespace: not null }:
                at["namespace"].Forbidden("`parameters.scope` is set to 'Cluster'");
                break;
            case { Scope: not ("Cluster" or "Namespace") }:
                at["scope"].NotSupported(parameters.Scope, "Cluster", "Namespace");
                break;
        }
    }
}
