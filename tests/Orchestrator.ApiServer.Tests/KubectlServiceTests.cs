using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

/// <summary>Services and what stands around them, made and shown by the real kubectl.</summary>
public sealed class KubectlServiceTests(SecureApi secure) : IClassFixture<SecureApi>
{
    private const string NotRouted = "Warning: Services get an address, but nothing routes to it in this release\n";

    [SkippableTheory]
    [InlineData("1.31")]
    [InlineData("1.32")]
    [InlineData("1.33")]
    public async Task Services_of_all_types_are_made_and_shown(string version)
    {
        using var kubectl = Open(version);
        var ns = $"services-{version.Replace('.', '-')}";
        await kubectl.RunAsync($"create namespace {ns}");
        (await kubectl.RunAsync($"-n {ns} create service clusterip inner --tcp=80:8080"))
            .ShouldBe($"service/inner created\n{NotRouted}");
        await kubectl.RunAsync($"-n {ns} create service clusterip headless --clusterip=None");
        await kubectl.RunAsync($"-n {ns} create service nodeport outer --tcp=80:web --node-port=30123");
        await kubectl.RunAsync($"-n {ns} create service loadbalancer balanced --tcp=443");
        await kubectl.RunAsync($"-n {ns} create service externalname alias --external-name=example.com");
        var shown = await kubectl.RunAsync($"-n {ns} get svc -o wide");
        shown.ShouldMatch(@"NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE +SELECTOR\n");
        shown.ShouldMatch(@"(?m)^inner +ClusterIP +10\.96\.\d+\.\d+ +<none> +80/TCP +\d+s +app=inner$");
        shown.ShouldMatch(@"(?m)^headless +ClusterIP +None +<none> +<none> +\d+s +app=headless$");
        shown.ShouldMatch(@"(?m)^outer +NodePort +10\.96\.\d+\.\d+ +<none> +80:30123/TCP +\d+s +app=outer$");
        shown.ShouldMatch(
            @"(?m)^balanced +LoadBalancer +10\.96\.\d+\.\d+ +<pending> +443:3\d{4}/TCP +\d+s +app=balanced$");
        shown.ShouldMatch(@"(?m)^alias +ExternalName +<none> +example.com +<none> +\d+s +app=alias$");
        var described = await kubectl.RunAsync($"-n {ns} describe svc outer");
        described.ShouldMatch(@"(?m)^Type: +NodePort$");
        described.ShouldMatch(@"(?m)^IP Families: +IPv4$");
        described.ShouldMatch(@"(?m)^TargetPort: +web/TCP$");
        described.ShouldMatch(@"(?m)^Session Affinity: +None$");
        (await kubectl.RunAsync($"-n {ns} create service nodeport second --tcp=80 --node-port=30123", exitCode: 1))
            .ShouldContain("spec.ports[0].nodePort: Invalid value: 30123: provided port is already allocated");
        (await kubectl.RunAsync($"-n {ns} delete svc outer")).ShouldStartWith("service \"outer\" deleted");
    }

    [SkippableTheory]
    [InlineData("1.27")]
    [InlineData("1.32")]
    public async Task A_deployment_is_exposed_and_the_service_lives(string version)
    {
        using var kubectl = Open(version);
        var ns = $"exposed-{version.Replace('.', '-')}";
        await kubectl.RunAsync($"create namespace {ns}");
        await kubectl.RunAsync($"-n {ns} apply -f -", Given.Deployment("web", 1));
        (await kubectl.RunAsync($"-n {ns} expose deployment web --port=80 --target-port=8080"))
            .ShouldBe($"service/web exposed\n{NotRouted}");
        var address = await kubectl.RunAsync($"-n {ns} get svc web -o jsonpath={{.spec.clusterIP}}");
        address.ShouldStartWith("10.96.");
        (await kubectl.RunAsync($"-n {ns} set selector service/web app=other"))
            .ShouldStartWith("service/web selector updated");
        (await kubectl.RunAsync($"-n {ns} get svc web -o jsonpath={{.spec.selector}}")).ShouldBe("{\"app\":\"other\"}");
        await kubectl.RunAsync($$$"""-n {{{ns}}} patch svc web -p {\"spec\":{\"type\":\"NodePort\"}}""");
        (await kubectl.RunAsync($"-n {ns} get svc web -o jsonpath={{.spec.type}},{{.spec.clusterIP}}"))
            .ShouldBe($"NodePort,{address}");
        (await kubectl.RunAsync($"-n {ns} get svc web -o jsonpath={{.spec.ports[0].nodePort}}"))
            .ShouldMatch(@"^3\d{4}$");
        await kubectl.RunAsync(
            $$$"""-n {{{ns}}} patch svc web --type=merge -p {\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"a.b\"}}""");
        (await kubectl.RunAsync($"-n {ns} get svc web -o jsonpath={{.spec.clusterIP}},{{.spec.ports[0].nodePort}}"))
            .ShouldBe(",");
        (await kubectl.RunAsync($"-n {ns} get svc --field-selector spec.type=ExternalName -o name"))
            .ShouldBe("service/web\n");
    }

    [SkippableFact]
    public async Task An_applied_service_keeps_its_address()
    {
        using var kubectl = Open("1.32");
        const string Manifest =
            """{"apiVersion":"v1","kind":"Service","metadata":{"name":"applied"},"spec":{"type":"NodePort","selector":{"app":"a"},"ports":[{"port":80}]}}""";
        (await kubectl.RunAsync("apply -f -", Manifest)).ShouldStartWith("service/applied created");
        var before = await kubectl.RunAsync("get svc applied -o jsonpath={.spec.clusterIP}:{.spec.ports[0].nodePort}");
        (await kubectl.RunAsync("apply -f -", Manifest)).ShouldStartWith("service/applied unchanged");
        (await kubectl.RunAsync("replace -f -", Manifest.Replace("\"app\":\"a\"", "\"app\":\"b\"")))
            .ShouldStartWith("service/applied replaced");
        (await kubectl.RunAsync("get svc applied -o jsonpath={.spec.clusterIP}:{.spec.ports[0].nodePort}"))
            .ShouldBe(before);
        (await kubectl.RunAsync("apply --server-side --force-conflicts -f -", Manifest))
            .ShouldStartWith("service/applied serverside-applied");
        (await kubectl.RunAsync("get svc applied -o jsonpath={.spec.clusterIP}:{.spec.ports[0].nodePort}"))
            .ShouldBe(before);
    }

    [SkippableTheory]
    [InlineData("1.31")]
    [InlineData("1.33")]
    public async Task Quotas_and_ingresses_are_made_from_the_command_line(string version)
    {
        using var kubectl = Open(version);
        var ns = $"around-{version.Replace('.', '-')}";
        await kubectl.RunAsync($"create namespace {ns}");
        (await kubectl.RunAsync($"-n {ns} create quota q --hard=pods=4,requests.cpu=2 --scopes=NotBestEffort"))
            .ShouldBe("resourcequota/q created\n");
        (await kubectl.RunAsync($"-n {ns} get quota q -o jsonpath={{.spec}}"))
            .ShouldBe("{\"hard\":{\"pods\":\"4\",\"requests.cpu\":\"2\"},\"scopes\":[\"NotBestEffort\"]}");
        (await kubectl.RunAsync($"-n {ns} create ingress i --class=n --rule=a.b/path*=web:80,tls=secret"))
            .ShouldStartWith("ingress.networking.k8s.io/i created\n");
        (await kubectl.RunAsync($"-n {ns} get ing i"))
            .ShouldMatch(@"NAME +CLASS +HOSTS +ADDRESS +PORTS +AGE\ni +n +a\.b +80, 443 +\d+s\n");
        (await kubectl.RunAsync($"-n {ns} describe ing i")).ShouldContain("/path");
        (await kubectl.RunAsync($"-n {ns} describe quota q")).ShouldContain("NotBestEffort");
    }

    [SkippableFact]
    public async Task Volumes_claims_and_controllers_are_shown_and_scaled()
    {
        using var kubectl = Open("1.32");
        await kubectl.RunAsync("create -f -",
            """{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"v"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/a"}}}""");
        await kubectl.RunAsync("create -f -",
            """{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}""");
        (await kubectl.RunAsync("get pv v")).ShouldMatch(@"(?m)^v +1Gi +RWO +Retain +Pending +<unset> +\d+s$");
        (await kubectl.RunAsync("get pvc c")).ShouldMatch(@"(?m)^c +Pending +<unset> +\d+s$");
        (await kubectl.RunAsync("describe pvc c")).ShouldMatch(@"(?m)^VolumeMode: +Filesystem$");
        await kubectl.RunAsync("create -f -",
            """{"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"r"},"spec":{"template":{"metadata":{"labels":{"app":"r"}},"spec":{"containers":[{"name":"c","image":"nginx"}]}}}}""");
        (await kubectl.RunAsync("scale rc r --replicas=3")).ShouldContain("replicationcontroller/r scaled\n");
        (await kubectl.RunAsync("get rc r")).ShouldMatch(@"NAME +DESIRED +CURRENT +READY +AGE\nr +3 +0 +0 +\d+s\n");
        (await kubectl.RunAsync("get rc r --subresource=scale -o jsonpath={.status.selector}")).ShouldBe("app=r");
        await kubectl.RunAsync("create -f -",
            """{"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"l"},"spec":{"limits":[{"type":"Container","max":{"cpu":"2"}}]}}""");
        (await kubectl.RunAsync("get limits")).ShouldMatch(@"NAME +CREATED AT\nl +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n");
        (await kubectl.RunAsync("get all")).ShouldContain("replicationcontroller/r");
    }

    [SkippableFact]
    public async Task Lists_merge_by_the_keys_of_the_schema()
    {
        using var kubectl = Open("1.32");
        await kubectl.RunAsync("create service clusterip merged --tcp=80 --tcp=81");
        await kubectl.RunAsync(
            """patch svc merged -p {\"spec\":{\"ports\":[{\"port\":81,\"name\":\"second\"},{\"port\":80,\"name\":\"first\"}]}}""");
        (await kubectl.RunAsync("get svc merged -o jsonpath={.spec.ports[*].name}")).ShouldContain("second");
        (await kubectl.RunAsync("get svc merged -o jsonpath={.spec.ports[*].targetPort}")).Split(' ').Order()
            .ShouldBe(["80", "81"]);
    }

    private Kubectl Open(string version)
    {
        Skip.IfNot(File.Exists(Kubectl.BinaryOf(version)), $"kubectl {version} is not installed");
        return new Kubectl(version, secure.Api.Url, secure.Authority.CertificatePem);
    }
}
