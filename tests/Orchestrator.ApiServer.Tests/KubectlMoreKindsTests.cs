using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

/// <summary>Kinds that are kept whole though nobody acts on them yet, through the real kubectl.</summary>
public sealed class KubectlMoreKindsTests(SecureApi secure) : IClassFixture<SecureApi>
{
    private const string Pod =
        """{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"main","image":"nginx:1.27"}]}}""";

    [SkippableTheory]
    [InlineData("1.31")]
    [InlineData("1.32")]
    [InlineData("1.33")]
    public async Task Jobs_are_created_from_the_command_line(string version)
    {
        using var kubectl = Open(version);
        var ns = await NamespaceAsync(kubectl, $"jobs-{version.Replace('.', '-')}");
        var made = await kubectl.RunAsync($"-n {ns} create job once --image=busybox -- true");
        made.ShouldContain("job.batch/once created\n");
        made.ShouldContain("Warning: no controller runs the pods of a Job");
        await kubectl.RunAsync($"-n {ns} create cronjob nightly --image=busybox --schedule=\"0 3 * * *\" -- true");
        (await kubectl.RunAsync($"-n {ns} create job now --from=cronjob/nightly"))
            .ShouldContain("job.batch/now created\n");
        (await kubectl.RunAsync(
            $"-n {ns} get job now -o jsonpath={{.metadata.ownerReferences[0].kind}},{{.spec.template.metadata.labels.job-name}}"))
            .ShouldBe("CronJob,now");
        (await kubectl.RunAsync($"-n {ns} get job once")).ShouldMatch(
            @"NAME +STATUS +COMPLETIONS +DURATION +AGE\nonce +Running +0/1 +\d+s\n");
        (await kubectl.RunAsync($"-n {ns} get job once -o wide")).ShouldMatch(
            "once +Running +0/1 +\\d+s +once +busybox +batch.kubernetes.io/controller-uid=");
        (await kubectl.RunAsync($"-n {ns} get cj -o wide")).ShouldMatch(
            @"NAME +SCHEDULE +TIMEZONE +SUSPEND +ACTIVE +LAST SCHEDULE +AGE +CONTAINERS +IMAGES +SELECTOR\nnightly +0 3 \* \* \* +<none> +False +0 +<none> +\d+s +nightly +busybox +<none>\n");
        (await kubectl.RunAsync($"-n {ns} describe job once")).ShouldContain("Completions:      1");
        (await kubectl.RunAsync($"-n {ns} describe cj nightly")).ShouldContain("Concurrency Policy:            Allow");
        (await kubectl.RunAsync($"-n {ns} create cronjob bad --image=a --schedule=\"0 3 * *\"", exitCode: 1))
            .ShouldContain("expected exactly 5 fields, found 4: [0 3 * *]");
        (await kubectl.RunAsync($"-n {ns} delete job once")).ShouldContain("job.batch \"once\" deleted");
    }

    [SkippableTheory]
    [InlineData("1.31")]
    [InlineData("1.32")]
    [InlineData("1.33")]
    public async Task Roles_and_budgets_are_created_from_the_command_line(string version)
    {
        using var kubectl = Open(version);
        var suffix = version.Replace('.', '-');
        var ns = await NamespaceAsync(kubectl, $"roles-{suffix}");
        (await kubectl.RunAsync($"-n {ns} create role reader --verb=get,list --resource=pods,deployments.apps"))
            .ShouldContain("role.rbac.authorization.k8s.io/reader created\n");
        await kubectl.RunAsync(
            $"-n {ns} create rolebinding readers --role=reader --user=jane --group=dev --serviceaccount={ns}:ci");
        await kubectl.RunAsync($"create clusterrole health-{suffix} --verb=get --non-resource-url=/healthz");
        await kubectl.RunAsync($"create clusterrolebinding health-{suffix} --clusterrole=health-{suffix} --user=jane");
        await kubectl.RunAsync($"-n {ns} create pdb half --selector=app=a --min-available=50%");
        await kubectl.RunAsync($"create priorityclass high-{suffix} --value=1000 --description=much");
        (await kubectl.RunAsync($"-n {ns} get role"))
            .ShouldMatch(@"NAME +CREATED AT\nreader +20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\n");
        (await kubectl.RunAsync($"-n {ns} get rolebinding -o wide")).ShouldMatch(
            $@"NAME +ROLE +AGE +USERS +GROUPS +SERVICEACCOUNTS\nreaders +Role/reader +\d+s +jane +dev +{ns}/ci\n");
        (await kubectl.RunAsync($"get clusterrolebinding health-{suffix} -o wide"))
            .ShouldContain($"ClusterRole/health-{suffix}");
        (await kubectl.RunAsync($"-n {ns} get pdb")).ShouldMatch(
            @"NAME +MIN AVAILABLE +MAX UNAVAILABLE +ALLOWED DISRUPTIONS +AGE\nhalf +50% +N/A +0 +\d+s\n");
        (await kubectl.RunAsync($"get pc high-{suffix}")).ShouldMatch(
            $@"NAME +VALUE +GLOBAL-DEFAULT +AGE +PREEMPTIONPOLICY\nhigh-{suffix} +1000 +false +\d+s +PreemptLowerPriority\n");
        (await kubectl.RunAsync($"-n {ns} describe role reader"))
            .ShouldMatch(@"deployments\.apps +\[\] +\[\] +\[get list\]");
        (await kubectl.RunAsync($"-n {ns} describe rolebinding readers")).ShouldContain("ServiceAccount  ci");
        (await kubectl.RunAsync($"describe clusterrole health-{suffix}")).ShouldContain("[/healthz]");
        (await kubectl.RunAsync($"-n {ns} describe pdb half")).ShouldContain("Min available:  50%");
        (await kubectl.RunAsync($"describe pc high-{suffix}")).ShouldContain("PreemptionPolicy:  PreemptLowerPriority");
    }

    [SkippableTheory]
    [InlineData("1.27")]
    [InlineData("1.31")]
    [InlineData("1.32")]
    [InlineData("1.33")]
    // With a short name, kubectl since 1.31 asks for the preferred version, whatever version is named.
    public async Task A_deployment_is_autoscaled_in_both_versions(string version)
    {
        using var kubectl = Open(version);
        var ns = await NamespaceAsync(kubectl, $"scaled-{version.Replace('.', '-')}");
        await kubectl.RunAsync($"-n {ns} create -f -", Given.Deployment("web", 1));
        (await kubectl.RunAsync($"-n {ns} autoscale deployment web --max=5 --cpu-percent=70"))
            .ShouldContain("horizontalpodautoscaler.autoscaling/web autoscaled\n");
        (await kubectl.RunAsync($"-n {ns} get hpa")).ShouldMatch(
            $@"NAME +REFERENCE +TARGETS +MINPODS +MAXPODS +REPLICAS +AGE\nweb +Deployment/web +cpu: <unknown>/70% +1 +5 +0 +\d+s\n");
        (await kubectl.RunAsync(
            $"-n {ns} get horizontalpodautoscalers.v1.autoscaling web -o jsonpath={{.spec.targetCPUUtilizationPercentage}}"))
            .ShouldBe("70");
        await kubectl.RunAsync(
            $"-n {ns} patch horizontalpodautoscalers.v1.autoscaling web --type=merge -p {{\"spec\":{{\"targetCPUUtilizationPercentage\":55}}}}"
                .Replace("\"", "\\\""));
        (await kubectl.RunAsync(
            $"-n {ns} get horizontalpodautoscalers.v2.autoscaling web -o jsonpath={{.spec.metrics[0].resource.target.averageUtilization}}"))
            .ShouldBe("55");
        var older =
            """{"apiVersion":"autoscaling/v1","kind":"HorizontalPodAutoscaler","metadata":{"name":"old"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},"maxReplicas":3}}""";
        await kubectl.RunAsync($"-n {ns} apply -f -", older);
        await kubectl.RunAsync($"-n {ns} apply -f -", older.Replace("\"maxReplicas\":3", "\"maxReplicas\":4"));
        await kubectl.RunAsync($"-n {ns} apply --server-side --force-conflicts -f -",
            older.Replace("\"maxReplicas\":3", "\"maxReplicas\":6"));
        (await kubectl.RunAsync(
            $"-n {ns} get hpa old -o jsonpath={{.spec.maxReplicas}},{{.spec.metrics[0].resource.target.averageUtilization}}"))
            .ShouldBe("6,80");
        (await kubectl.RunAsync($"-n {ns} describe hpa web")).ShouldContain("Max replicas:");
    }

    [SkippableTheory]
    [InlineData("1.27")]
    [InlineData("1.32")]
    [InlineData("1.33")]
    public async Task Sets_are_applied_scaled_and_shown(string version)
    {
        using var kubectl = Open(version);
        var ns = await NamespaceAsync(kubectl, $"sets-{version.Replace('.', '-')}");
        var set =
            $$$"""{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db"},"spec":{"serviceName":"db","replicas":2,"selector":{"matchLabels":{"app":"a"}},"template":{{{Pod}}},"volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"} } } }]} }""";
        var daemon =
            $$$"""{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"log"},"spec":{"selector":{"matchLabels":{"app":"a"}},"template":{{{Pod}}} } }""";
        (await kubectl.RunAsync($"-n {ns} apply -f -", set)).ShouldContain("statefulset.apps/db created\n");
        // kubectl sends the claims again, for each default of theirs looks to it like a change; yet nothing changes.
        var before = await kubectl.RunAsync($"-n {ns} get sts db -o jsonpath={{.metadata.resourceVersion}}");
        await kubectl.RunAsync($"-n {ns} apply -f -", set);
        (await kubectl.RunAsync($"-n {ns} get sts db -o jsonpath={{.metadata.resourceVersion}}")).ShouldBe(before);
        await kubectl.RunAsync($"-n {ns} apply -f -", daemon);
        await kubectl.RunAsync($"-n {ns} scale sts db --replicas=3");
        (await kubectl.RunAsync($"-n {ns} get sts -o wide")).ShouldMatch(
            @"NAME +READY +AGE +CONTAINERS +IMAGES\ndb +0/3 +\d+s +main +nginx:1.27\n");
        (await kubectl.RunAsync($"-n {ns} get ds -o wide")).ShouldMatch(
            @"NAME +DESIRED +CURRENT +READY +UP-TO-DATE +AVAILABLE +NODE SELECTOR +AGE +CONTAINERS +IMAGES +SELECTOR\nlog +0 +0 +0 +0 +0 +<none> +\d+s +main +nginx:1.27 +app=a\n");
        (await kubectl.RunAsync($"-n {ns} get sts db -o jsonpath={{.metadata.generation}}")).ShouldBe("2");
        await kubectl.RunAsync($"-n {ns} set image ds/log main=nginx:1.28");
        (await kubectl.RunAsync($"-n {ns} apply -f -", set.Replace("\"serviceName\":\"db\"", "\"serviceName\":\"x\""),
            exitCode: 1))
            .ShouldContain("updates to statefulset spec for fields other than");
        (await kubectl.RunAsync($"-n {ns} describe sts db")).ShouldContain("Volume Claims:");
        (await kubectl.RunAsync($"-n {ns} describe ds log")).ShouldContain("Desired Number of Nodes Scheduled: 0");
        (await kubectl.RunAsync($"-n {ns} get all")).ShouldContain("daemonset.apps/log");
    }

    [SkippableTheory]
    [InlineData("1.27")]
    [InlineData("1.32")]
    [InlineData("1.33")]
    public async Task A_certificate_is_approved_or_denied(string version)
    {
        using var kubectl = Open(version);
        var suffix = version.Replace('.', '-');
        foreach (var (name, verb, shown) in new[] { ("yes", "approve", "Approved"), ("no", "deny", "Denied") })
        {
            var made = await kubectl.RunAsync("create -f -", SigningRequest($"{name}-{suffix}"));
            made.ShouldContain($"certificatesigningrequest.certificates.k8s.io/{name}-{suffix} created");
            (await kubectl.RunAsync($"get csr {name}-{suffix}")).ShouldMatch(
                @"NAME +AGE +SIGNERNAME +REQUESTOR +REQUESTEDDURATION +CONDITION\n\S+ +\d+s +example.com/me +\S+ +60m +Pending\n");
            (await kubectl.RunAsync($"certificate {verb} {name}-{suffix}"))
                .ShouldContain($"{name}-{suffix} {(verb == "approve" ? "approved" : "denied")}\n");
            (await kubectl.RunAsync($"get csr {name}-{suffix} --no-headers")).ShouldEndWith($"{shown}\n");
            (await kubectl.RunAsync($"describe csr {name}-{suffix}")).ShouldContain(shown);
        }
        (await kubectl.RunAsync($"certificate deny yes-{suffix} --force", exitCode: 1))
            .ShouldContain("is already Approved");
    }

    [SkippableFact]
    public async Task Classes_are_created_and_shown()
    {
        using var kubectl = Open("1.32");
        await kubectl.RunAsync("create -f -",
            """{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"fast","annotations":{"storageclass.kubernetes.io/is-default-class":"true"}},"provisioner":"example.com/fast"}""");
        (await kubectl.RunAsync("get sc")).ShouldMatch(
            @"NAME +PROVISIONER +RECLAIMPOLICY +VOLUMEBINDINGMODE +ALLOWVOLUMEEXPANSION +AGE\nfast \(default\) +example.com/fast +Delete +Immediate +false +\d+s\n");
        (await kubectl.RunAsync("describe sc fast")).ShouldContain("IsDefaultClass:");
        await kubectl.RunAsync("create -f -",
            """{"apiVersion":"node.k8s.io/v1","kind":"RuntimeClass","metadata":{"name":"safe"},"handler":"gvisor"}""");
        (await kubectl.RunAsync("get runtimeclass")).ShouldMatch(@"NAME +HANDLER +AGE\nsafe +gvisor +\d+s\n");
        (await kubectl.RunAsync("describe runtimeclass safe")).ShouldContain("gvisor");
    }

    private static string SigningRequest(string name)
    {
        using var key = ECDsa.Create();
        var pem = new CertificateRequest("CN=jane", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        var request = Convert.ToBase64String(Encoding.UTF8.GetBytes(pem));
        return $$$"""{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"{{{name}}}"},"spec":{"request":"{{{request}}}","signerName":"example.com/me","expirationSeconds":3600,"usages":["client auth"]}}""";
    }

    private static async Task<string> NamespaceAsync(Kubectl kubectl, string name)
    {
        await kubectl.RunAsync($"create namespace {name}");
        return name;
    }

    private Kubectl Open(string version)
    {
        Skip.IfNot(File.Exists(Kubectl.BinaryOf(version)), $"kubectl {version} is not installed");
        return new Kubectl(version, secure.Api.Url, secure.Authority.CertificatePem);
    }
}
