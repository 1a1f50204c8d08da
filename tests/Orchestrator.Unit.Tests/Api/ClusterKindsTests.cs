using Orchestrator.Api.Certificates.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Nodes.V1;
using Orchestrator.Api.Policy.V1;
using Orchestrator.Api.Rbac.V1;
using Orchestrator.Api.Scheduling.V1;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Reconcilers.Objects;

namespace Orchestrator.Unit.Tests.OfApi;

/// <summary>Budgets, classes, roles and signing requests as objects: defaults, rules and tables.</summary>
public sealed class ClusterKindsTests
{
    private const string Group = "rbac.authorization.k8s.io";
    private const string RoleRef = "roleRef={\"kind\":\"ClusterRole\",\"name\":\"edit\"}";

    public static TheoryData<string, string> Budgets => new()
    {
        { "spec.minAvailable=1", "" },
        { "spec.maxUnavailable=\"30%\"", "" },
        { "spec={\"minAvailable\":1,\"maxUnavailable\":1}",
            "spec: Invalid value: {\"minAvailable\":1,\"maxUnavailable\":1}: minAvailable and maxUnavailable cannot be both set" },
        { "spec.minAvailable=\"120%\"",
            "spec.minAvailable: Invalid value: \"120%\": must not be greater than 100%" },
        { "spec.minAvailable=-1", "spec.minAvailable: Invalid value: -1: must be greater than or equal to 0" },
        { "spec.unhealthyPodEvictionPolicy=\"Now\"",
            "spec.unhealthyPodEvictionPolicy: Unsupported value: \"Now\": supported values: \"AlwaysAllow\", \"IfHealthyBudget\"" },
    };

    [Theory, MemberData(nameof(Budgets))]
    public void A_budget_is_refused(string edit, string expected) =>
        Given.Errors(Given.Of<PodDisruptionBudget>(PodDisruptionBudget.Kind, edit)).ShouldBe(expected, edit);

    public static TheoryData<string, string> Priorities => new()
    {
        { "value=1000000000", "" },
        { "value=1000000001", "value: Forbidden: maximum allowed value of a user defined priority is 1000000000" },
        { "metadata.name=\"system-mine\"",
            "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class" },
        { "metadata.name=\"system-node-critical\"",
            "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: value of system-node-critical PriorityClass must be 2000001000" },
        { "preemptionPolicy=\"Always\"",
            "preemptionPolicy: Unsupported value: \"Always\": supported values: \"PreemptLowerPriority\", \"Never\"" },
    };

    [Theory, MemberData(nameof(Priorities))]
    public void A_priority_is_refused(string edit, string expected) =>
        Given.Errors(Given.Of<PriorityClass>(PriorityClass.Kind, edit)).ShouldBe(expected, edit);

    [Fact]
    public void A_priority_keeps_its_value() => Given.Errors(
        Given.Of<PriorityClass>(PriorityClass.Kind, "value=2", "preemptionPolicy=\"Never\""),
        Given.Of<PriorityClass>(PriorityClass.Kind, "value=1")).ShouldBe(
        "value: Forbidden: may not be changed in an update.\npreemptionPolicy: Invalid value: \"Never\": field is immutable");

    [Fact]
    public void The_priorities_of_the_system_may_be_made()
    {
        foreach (var priority in PriorityClass.OfSystem)
            Given.Errors(PriorityClass.Kind.Defaulted(priority)).ShouldBe("", priority.Metadata.Name);
    }

    [Fact]
    public void Only_one_priority_is_the_default()
    {
        var first = Given.Of<PriorityClass>(PriorityClass.Kind, "globalDefault=true", "metadata.name=\"a\"");
        var second = Given.Of<PriorityClass>(PriorityClass.Kind, "globalDefault=true", "metadata.name=\"b\"");
        PriorityDefaults.Refuse(first, [first]);
        PriorityDefaults.Refuse(second with { GlobalDefault = false }, [first]);
        Should.Throw<ApiException>(() => PriorityDefaults.Refuse(second, [first])).Message.ShouldBe(
            "priorityclasses.scheduling.k8s.io \"b\" is forbidden: PriorityClass a is already marked as default. Only one default can exist");
    }

    public static TheoryData<string, string> StorageClasses => new()
    {
        { "provisioner=\"example.com/nfs\"", "" },
        { "provisioner=\"\"", "provisioner: Required value" },
        { "reclaimPolicy=\"Recycle\"",
            "reclaimPolicy: Unsupported value: \"Recycle\": supported values: \"Delete\", \"Retain\"" },
        { "volumeBindingMode=\"Later\"",
            "volumeBindingMode: Unsupported value: \"Later\": supported values: \"Immediate\", \"WaitForFirstConsumer\"" },
    };

    [Theory, MemberData(nameof(StorageClasses))]
    public void A_storage_class_is_refused(string edit, string expected) => Given.Errors(
        Given.Of<StorageClass>(StorageClass.Kind, "provisioner=\"a/b\"", edit)).ShouldBe(expected, edit);

    [Fact]
    public void A_storage_class_keeps_what_it_makes() => Given.Errors(
        Given.Of<StorageClass>(StorageClass.Kind, "provisioner=\"a/c\"", "parameters={\"x\":\"2\"}"),
        Given.Of<StorageClass>(StorageClass.Kind, "provisioner=\"a/b\"", "reclaimPolicy=\"Retain\"")).ShouldBe(
        "parameters: Forbidden: updates to parameters are forbidden.\nprovisioner: Forbidden: updates to provisioner are forbidden.\nreclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.");

    public static TheoryData<string, string> Rules => new()
    {
        { "{\"verbs\":[\"get\"],\"apiGroups\":[\"\"],\"resources\":[\"pods\"]}", "" },
        { "{\"verbs\":[],\"apiGroups\":[\"\"],\"resources\":[\"pods\"]}",
            "rules[0].verbs: Required value: verbs must contain at least one value" },
        { "{\"verbs\":[\"get\"]}",
            "rules[0].apiGroups: Required value: resource rules must supply at least one api group\nrules[0].resources: Required value: resource rules must supply at least one resource" },
        { "{\"verbs\":[\"get\"],\"nonResourceURLs\":[\"/healthz\"]}",
            "rules[0].nonResourceURLs: Invalid value: []string{\"/healthz\"}: namespaced rules cannot apply to non-resource URLs" },
    };

    [Theory, MemberData(nameof(Rules))]
    public void A_role_is_refused(string rule, string expected) =>
        Given.Errors(Given.Of<Role>(Role.Kind, $"rules=[{rule}]")).ShouldBe(expected, rule);

    [Fact]
    public void Names_of_roles_are_free()
    {
        Given.Errors(Given.Of<ClusterRole>(ClusterRole.Kind, "metadata.name=\"system:Node_x\"")).ShouldBe("");
        Given.Errors(Given.Of<ClusterRole>(ClusterRole.Kind, "metadata.name=\"a%b\""))
            .ShouldBe("metadata.name: Invalid value: \"a%b\": may not contain '%'");
    }

    public static TheoryData<string, string> Subjects => new()
    {
        { "{\"kind\":\"User\",\"name\":\"jane\"}", "" },
        { "{\"kind\":\"ServiceAccount\",\"name\":\"ci\",\"namespace\":\"default\"}", "" },
        { "{\"kind\":\"ServiceAccount\",\"name\":\"ci\"}", "subjects[0].namespace: Required value" },
        { "{\"kind\":\"Robot\",\"name\":\"a\"}",
            "subjects[0].kind: Unsupported value: \"Robot\": supported values: \"ServiceAccount\", \"User\", \"Group\"" },
        { "{\"kind\":\"Group\"}", "subjects[0].name: Required value" },
    };

    [Theory, MemberData(nameof(Subjects))]
    public void A_binding_is_refused(string subject, string expected) => Given.Errors(
        Given.Of<ClusterRoleBinding>(ClusterRoleBinding.Kind, RoleRef, $"subjects=[{subject}]"))
        .ShouldBe(expected, subject);

    [Fact]
    public void A_binding_knows_the_group_of_its_role_and_its_people()
    {
        var binding = Given.Of<RoleBinding>(RoleBinding.Kind, RoleRef,
            "subjects=[{\"kind\":\"User\",\"name\":\"jane\"},{\"kind\":\"ServiceAccount\",\"name\":\"ci\",\"namespace\":\"a\"}]");
        binding.RoleRef.ApiGroup.ShouldBe(Group);
        binding.Subjects[0].ApiGroup.ShouldBe(Group);
        binding.Subjects[1].ApiGroup.ShouldBeNull();
        Cells(binding).ShouldBe(["x", "ClusterRole/edit", "<unknown>", "jane", "", "a/ci"]);
    }

    [Fact]
    public void A_binding_keeps_its_role() => Given.Errors(
        Given.Of<RoleBinding>(RoleBinding.Kind, "roleRef={\"kind\":\"Role\",\"name\":\"b\"}"),
        Given.Of<RoleBinding>(RoleBinding.Kind, "roleRef={\"kind\":\"Role\",\"name\":\"a\"}")).ShouldBe(
        "roleRef: Invalid value: rbac.RoleRef{APIGroup:\"rbac.authorization.k8s.io\", Kind:\"Role\", Name:\"b\"}: cannot change roleRef");

    [Fact]
    public void The_roles_of_every_cluster_may_be_made()
    {
        foreach (var role in BuiltInRoles.Roles) Given.Errors(role).ShouldBe("", role.Metadata.Name);
        Given.Errors(BuiltInRoles.Masters).ShouldBe("");
        BuiltInRoles.Roles.Select(role => role.Metadata.Name).ShouldBe(["cluster-admin", "admin", "edit", "view"]);
    }

    public static TheoryData<string, string> Requests => new()
    {
        { "spec.signerName=\"\"", "spec.signerName: Required value" },
        { "spec.signerName=\"me\"",
            "spec.signerName: Invalid value: \"me\": must be a fully qualified domain and path of the form 'example.com/signer-name'" },
        { "spec.signerName=\"com/me\"",
            "spec.signerName: Invalid value: \"com\": should be a domain with at least two segments separated by dots" },
        { "spec.expirationSeconds=60",
            "spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 600 seconds (10 minutes)" },
        { "spec.usages=[]", "spec.usages: Required value: usages must be provided" },
        { "spec.usages=[\"client auth\",\"client auth\"]",
            "spec.usages[1]: Duplicate value: \"client auth\"" },
        { "status.conditions=[{\"type\":\"Approved\",\"status\":\"False\"}]",
            "status.conditions[0].status: Unsupported value: \"False\": supported values: \"True\"" },
    };

    [Theory, MemberData(nameof(Requests))]
    public void A_signing_request_is_refused(string edit, string expected) =>
        Given.Errors(Request(edit)).ShouldBe(expected, edit);

    [Fact]
    public void A_signing_request_holds_one()
    {
        Given.Errors(Request()).ShouldBe("");
        Given.Errors(Request("spec.request=\"YQ==\""))
            .ShouldBe("spec.request: Invalid value: \"a\": PEM block type must be CERTIFICATE REQUEST");
    }

    [Fact]
    public void Who_asks_for_a_certificate_is_what_the_server_knows()
    {
        var sent = Request("spec.username=\"root\"", "spec.extra={\"a\":[\"b\"]}");
        var made = (CertificateSigningRequest)CertificateSigningRequest.Kind.RequestedBy(sent, "jane", ["dev"]);
        (made.Spec.Username, made.Spec.Groups.Single(), made.Spec.Extra.Count).ShouldBe(("jane", "dev", 0));
    }

    [Fact]
    public void A_decision_is_made_in_the_approval_alone()
    {
        var kind = CertificateSigningRequest.Kind;
        var pending = Request();
        var approved = Request("status.conditions=[{\"type\":\"Approved\",\"status\":\"True\"}]",
            "status.certificate=\"YQ==\"");
        var decided = (CertificateSigningRequest)kind.PreparedForPart(approved, pending, "approval");
        decided.Status.Has("Approved").ShouldBeTrue();
        decided.Status.Certificate.ShouldBeNull();
        var stated = (CertificateSigningRequest)kind.PreparedForPart(approved, pending, "status");
        stated.Status.Has("Approved").ShouldBeFalse();
        stated.Status.Certificate.ShouldNotBeNull();
        Cells(decided).Skip(2).ShouldBe(["example.com/me", "", "<none>", "Approved"]);
        Given.Errors(pending, decided).ShouldBe(
            "status.conditions: Forbidden: updates may not remove a condition of type \"Approved\"");
    }

    [Fact]
    public void A_runtime_class_keeps_its_handler()
    {
        Given.Errors(Given.Of<RuntimeClass>(RuntimeClass.Kind, "handler=\"b\""),
            Given.Of<RuntimeClass>(RuntimeClass.Kind, "handler=\"a\""))
            .ShouldBe("handler: Invalid value: \"b\": field is immutable");
        Given.Errors(Given.Of<RuntimeClass>(RuntimeClass.Kind)).ShouldStartWith("handler: Invalid value: \"\"");
    }

    [Fact]
    public void Columns_have_the_reference_s_names()
    {
        Headings(PodDisruptionBudget.Kind).ShouldBe("Name Min Available Max Unavailable Allowed Disruptions Age");
        Headings(PriorityClass.Kind).ShouldBe("Name Value Global-Default Age PreemptionPolicy");
        Headings(StorageClass.Kind).ShouldBe(
            "Name Provisioner ReclaimPolicy VolumeBindingMode AllowVolumeExpansion Age");
        Headings(Role.Kind).ShouldBe("Name Created At");
        Headings(RoleBinding.Kind).ShouldBe("Name Role Age Users* Groups* ServiceAccounts*");
        Headings(CertificateSigningRequest.Kind).ShouldBe(
            "Name Age SignerName Requestor RequestedDuration Condition");
        Headings(RuntimeClass.Kind).ShouldBe("Name Handler Age");
        Cells(Given.Of<StorageClass>(StorageClass.Kind, "provisioner=\"a/b\"",
            "metadata.annotations={\"storageclass.kubernetes.io/is-default-class\":\"true\"}")).Take(5)
            .ShouldBe(["x (default)", "a/b", "Delete", "Immediate", false]);
    }

    [Fact]
    public void Every_kind_that_nobody_acts_on_says_so() =>
        KindRegistry.All.Where(kind => kind.NotActedOnYet is { Length: > 0 }).Select(kind => kind.Name)
            .ShouldBe(
            [
                "Service", "Endpoints", "ReplicationController", "EndpointSlice", "Ingress", "IngressClass",
                "NetworkPolicy",
                "StatefulSet", "DaemonSet", "Job", "CronJob", "HorizontalPodAutoscaler", "HorizontalPodAutoscaler",
                "PriorityClass", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding",
                "CertificateSigningRequest",
            ]);

    private static CertificateSigningRequest Request(params string[] edits)
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        var pem = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=jane", key, System.Security.Cryptography.HashAlgorithmName.SHA256).CreateSigningRequestPem();
        var request = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pem));
        return Given.Of<CertificateSigningRequest>(CertificateSigningRequest.Kind,
            [$"spec.request=\"{request}\"", "spec.signerName=\"example.com/me\"", "spec.usages=[\"client auth\"]",
                .. edits]);
    }

    private static List<object> Cells(ApiObject obj) =>
        [.. KindRegistry.Of(obj).TableColumns.Select(column => column.Cell(obj, Given.Now))];

    private static string Headings(Kind kind) =>
        string.Join(" ", kind.TableColumns.Select(c => c.IsWide ? c.Name + "*" : c.Name));
}
