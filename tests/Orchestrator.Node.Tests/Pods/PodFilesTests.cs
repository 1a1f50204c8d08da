using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Environments;
using Orchestrator.Nodes.Pods;
using Orchestrator.Nodes.Volumes;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>Tables of what goes into the files and variables of pods.</summary>
public sealed class PodFilesTests
{
    private const string Machine = "# by hand\nnameserver 127.0.0.53\nnameserver 9.9.9.9\nsearch lan home\n"
        + "options timeout:2 rotate\n";

    // why | policy | servers | searches | options | expected
    public static TheoryData<string, string, string?, string, string, string?> Dns => new()
    {
        { "nothing is asked for", "ClusterFirst", null, "", "", null },
        { "the machine's own", "Default", null, "", "", null },
        { "None takes nothing of the machine", "None", "1.1.1.1", "a", "ndots:2",
            "search a|nameserver 1.1.1.1|options ndots:2|" },
        { "additions go behind what the machine has, which others cannot reach by loopback", "Default", "1.1.1.1", "a",
            "timeout:9 edns0",
            "search lan home a|nameserver 9.9.9.9|nameserver 1.1.1.1|options timeout:9 rotate edns0|" },
        { "the same twice counts once", "ClusterFirst", "9.9.9.9", "lan", "",
            "search lan home|nameserver 9.9.9.9|options timeout:2 rotate|" },
        { "three servers are all that a resolver asks", "None", "1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4", "", "",
            "nameserver 1.1.1.1|nameserver 2.2.2.2|nameserver 3.3.3.3|" },
    };

    [Theory]
    [MemberData(nameof(Dns))]
    public void Name_servers(
        string why, string policy, string? servers, string searches, string options, string? expected)
    {
        var config = servers is null ? null : new PodDNSConfig
        {
            Nameservers = servers.Split(' '),
            Searches = searches.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Options = [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(option => option.Split(':'))
                .Select(parts => new PodDNSConfigOption { Name = parts[0], Value = parts.ElementAtOrDefault(1) })],
        };
        var text = ResolvConf.Text(new PodSpec { DnsPolicy = policy, DnsConfig = config }, Machine);
        text?.Replace('\n', '|').ShouldBe(expected, why);
        (text is null).ShouldBe(expected is null, why);
    }

    [Fact]
    public void Variables_of_a_service_are_those_of_the_reference()
    {
        var service = new Service
        {
            Metadata = new() { Name = "foo-svc", Namespace = "default" },
            Spec = new()
            {
                ClusterIP = "10.96.0.7",
                Ports = [new() { Name = "my-web", Port = 8765 }, new() { Name = "dns", Port = 53, Protocol = "UDP" }],
            },
        };
        ServiceVariables.Of(new Pod { Metadata = new() { Namespace = "default" } }, [service])
            .Select(variable => $"{variable.Name}={variable.Value}").ShouldBe(
            [
                "FOO_SVC_SERVICE_HOST=10.96.0.7", "FOO_SVC_SERVICE_PORT=8765", "FOO_SVC_SERVICE_PORT_MY_WEB=8765",
                "FOO_SVC_SERVICE_PORT_DNS=53", "FOO_SVC_PORT=tcp://10.96.0.7:8765",
                "FOO_SVC_PORT_8765_TCP=tcp://10.96.0.7:8765", "FOO_SVC_PORT_8765_TCP_PROTO=tcp",
                "FOO_SVC_PORT_8765_TCP_PORT=8765", "FOO_SVC_PORT_8765_TCP_ADDR=10.96.0.7",
                "FOO_SVC_PORT_53_UDP=udp://10.96.0.7:53", "FOO_SVC_PORT_53_UDP_PROTO=udp",
                "FOO_SVC_PORT_53_UDP_PORT=53", "FOO_SVC_PORT_53_UDP_ADDR=10.96.0.7",
            ]);
    }

    // namespace of the pod | links | namespace, name and address of the service | told
    [Theory]
    [InlineData("default", null, "default", "db", "10.96.0.9", true)]
    [InlineData("default", false, "default", "db", "10.96.0.9", false)]
    [InlineData("other", true, "default", "db", "10.96.0.9", false)]
    [InlineData("other", false, "default", "kubernetes", "10.96.0.1", true)]
    [InlineData("default", true, "default", "db", "None", false)]
    [InlineData("default", true, "default", "db", "", false)]
    public void Some_services_are_told_of(
        string ns, bool? links, string serviceNs, string name, string address, bool isTold)
    {
        var pod = new Pod { Metadata = new() { Namespace = ns }, Spec = new() { EnableServiceLinks = links } };
        var service = new Service
        {
            Metadata = new() { Name = name, Namespace = serviceNs },
            Spec = new() { ClusterIP = address, Ports = [new() { Port = 1 }] },
        };
        ServiceVariables.Of(pod, [service]).Any().ShouldBe(isTold);
    }

    // why | users of containers | user of the pod | owner of the file
    [Theory]
    [InlineData("all the same", "5 5", null, 5L)]
    [InlineData("the pod's", "- -", 7L, 7L)]
    [InlineData("one of its own", "5 -", 7L, null)]
    [InlineData("one left to its image", "5 -", null, null)]
    public void A_token_belongs_to_the_user_of_all_containers(string why, string users, long? ofPod, long? owner)
    {
        var spec = new PodSpec
        {
            SecurityContext = new() { RunAsUser = ofPod },
            Containers = [.. users.Split(' ').Select(user => new Container
            {
                SecurityContext = user == "-" ? null : new() { RunAsUser = long.Parse(user) },
            })],
        };
        TokenFiles.UserOf(spec).ShouldBe(owner, why);
    }

    [Fact]
    public void Tokens_are_kept_until_four_fifths_of_their_life_or_a_day()
    {
        var issued = DateTimeOffset.UnixEpoch;
        new PodToken("", issued, issued.AddSeconds(1000)).RenewAt.ShouldBe(issued.AddSeconds(800));
        new PodToken("", issued, issued.AddDays(9)).RenewAt.ShouldBe(issued.AddHours(24));
    }

    [Fact]
    public void A_token_that_cannot_be_renewed_is_shown_while_it_holds()
    {
        var (time, signed, fails) = (new Simulated.ManualClock(), 0, false);
        var cluster = new TestCluster(() => throw new InvalidOperationException("no engine here"),
            new NodeAgentOptions { NodeName = "n" }, time)
        {
            Tokens = (_, _, seconds) => fails
                ? throw ApiException.NotFound(ServiceAccount.Kind, "gone")
                : new($"{++signed}", time.GetUtcNow(), time.GetUtcNow().AddSeconds(seconds)),
        };
        var inputs = new CachedInputs(cluster, time, showsServices: true);
        var pod = new Pod { Metadata = new() { Uid = "u" } };
        Shown().ShouldBe("1");
        time.Advance(TimeSpan.FromSeconds(790));
        Shown().ShouldBe("1");
        time.Advance(TimeSpan.FromSeconds(20));
        Shown().ShouldBe("2");
        fails = true;
        time.Advance(TimeSpan.FromSeconds(900));
        Shown().ShouldBe("2", "it still holds");
        time.Advance(TimeSpan.FromSeconds(200));
        Should.Throw<ApiException>(Shown).Message.ShouldBe("serviceaccounts \"gone\" not found");
        inputs.Forget("u");
        fails = false;
        Shown().ShouldBe("3");

        string Shown() => inputs.NewToken(pod, null, 1000)!.Token;
    }
}
