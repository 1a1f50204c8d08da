using System.Text;
using Orchestrator.Nodes.Images;

namespace Orchestrator.Nodes.Tests.Images;

/// <summary>Who may open which registry, and where images are looked for.</summary>
public sealed class KeyringTests
{
    // why | keys | image | users in order
    public static TheoryData<string, string, string, string> Matches => new()
    {
        { "the host", "r.example", "r.example/a/b:1", "r.example" },
        { "not another host", "r.example", "s.example/a/b:1", "" },
        { "nor one that only begins so", "r.example", "r.example.org/a:1", "" },
        { "a host with its port", "r.example:5000", "r.example:5000/a:1", "r.example:5000" },
        { "which has to be the same", "r.example", "r.example:5000/a:1", "" },
        { "with a scheme", "https://r.example", "r.example/a:1", "https://r.example" },
        { "with the version that docker login writes", "https://r.example/v2/", "r.example/a:1",
            "https://r.example/v2/" },
        { "a path", "r.example/team", "r.example/team/a:1", "r.example/team" },
        { "another path", "r.example/team", "r.example/other/a:1", "" },
        { "the longer path first", "r.example r.example/team", "r.example/team/a:1", "r.example/team r.example" },
        { "a star stands for one part", "*.example", "r.example/a:1", "*.example" },
        { "and not for two", "*.example", "a.r.example/a:1", "" },
        { "anywhere in it", "r-*.example", "r-7.example/a:1", "r-*.example" },
        { "Docker Hub by its old name", "https://index.docker.io/v1/", "busybox:1", "https://index.docker.io/v1/" },
        { "for every name without a host", "https://index.docker.io/v1/", "me/app", "https://index.docker.io/v1/" },
        { "or with its own", "https://index.docker.io/v1/", "docker.io/me/app", "https://index.docker.io/v1/" },
        { "but no other", "https://index.docker.io/v1/", "localhost/app", "" },
        { "by its own name first", "docker.io index.docker.io", "me/app", "docker.io" },
    };

    [Theory]
    [MemberData(nameof(Matches))]
    public void A12_credentials_fit_by_host_port_path_and_stars(string why, string keys, string image, string expected)
    {
        var ring = Keyring.Of(keys.Split(' ').Select(key => (key, new RegistryCredential(key, "p"))));
        var found = ring.Find(RepositoryName.Of(image)).Select(credential => credential.Username);
        string.Join(' ', found).ShouldBe(expected, why);
    }

    [Theory]
    [InlineData("busybox", "docker.io/library/busybox:latest")]
    [InlineData("me/app:2", "docker.io/me/app:2")]
    [InlineData("index.docker.io/busybox:1", "docker.io/library/busybox:1")]
    [InlineData("localhost/app", "localhost/app:latest")]
    [InlineData("r.example:5000/a/b:1", "r.example:5000/a/b:1")]
    [InlineData("r.example/a:1@sha256:00", "r.example/a@sha256:00")]
    public void A_name_has_a_full_form(string reference, string full)
    {
        var name = RepositoryName.Of(reference);
        (name.Repository + name.Suffix).ShouldBe(full);
    }

    [Theory]
    [InlineData("""{"auths":{"r.example":{"auth":"dTpwOnE="}}}""", "u", "p:q", "")]
    [InlineData("""{"auths":{"r.example":{"username":"u","password":"p"}}}""", "u", "p", "")]
    [InlineData("""{"auths":{"r.example":{"auth":"dTo=","identitytoken":"t"}},"credsStore":"x"}""", "u", "", "t")]
    public void A12_the_file_of_docker_login_is_read(string file, string user, string password, string token) =>
        DockerConfig.Parse(Encoding.UTF8.GetBytes(file)).Find(RepositoryName.Of("r.example/a"))
            .ShouldBe([new RegistryCredential(user, password, token)]);

    [Fact]
    public void A12_the_older_file_has_no_frame_around_it() =>
        DockerConfig.ParseOld("""{"r.example":{"auth":"dTpw"}}"""u8.ToArray()).Find(RepositoryName.Of("r.example/a"))
            .ShouldBe([new RegistryCredential("u", "p")]);

    [Theory]
    [InlineData("no json geheim")]
    [InlineData("[]")]
    [InlineData("""{"auths":{"r":{"auth":"geheim!"}}}""")]
    [InlineData("""{"auths":{"r":{"auth":"Z2VoZWlt"}}}""")]
    [InlineData("""{"auths":{"r":"geheim"}}""")]
    public void A12_a_broken_file_is_refused_without_a_word_of_what_is_in_it(string file) =>
        Should.Throw<FormatException>(() => DockerConfig.Parse(Encoding.UTF8.GetBytes(file))).Message
            .ShouldNotContain("geheim");

    [Fact]
    public void A12_a_credential_is_never_written_out()
    {
        var credential = new RegistryCredential("user", "geheim", "marke");
        $"{credential} {new ImagePull("a") { Credential = credential }}".ShouldBe("credential of user pull of a");
        credential.Hide("denied: geheim for marke").ShouldBe("denied: *** for ***");
    }

    // why | lists | image | asked instead
    public static TheoryData<string, string, string, string> Lists => new()
    {
        { "a registry's own mirrors, in order", "docker.io=m1.x,m2.x:5/hub", "busybox:1",
            "m1.x/library/busybox:1 m2.x:5/hub/library/busybox:1" },
        { "whatever the scheme", "docker.io=http://m1.x/,https://m2.x", "me/app:1", "m1.x/me/app:1 m2.x/me/app:1" },
        { "digests stay", "*=m.x", "r.example/a@sha256:00", "m.x/a@sha256:00" },
        { "the star is for those without a list", "*=m.x r.example=own.x", "r.example/a:1", "own.x/a:1" },
        { "also for one that wants none", "*=m.x r.example=", "r.example/a:1", "" },
        { "a closer pattern before a wider one", "*=m.x *.example=e.x", "r.example/a:1", "e.x/a:1" },
        { "no list", "s.example=m.x", "r.example/a:1", "" },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void A12_mirrors_are_asked_instead_of_a_registry(string why, string lists, string image, string expected)
    {
        var mirrors = new RegistryMirrors(lists.Split(' ').Select(list => list.Split('=')).ToDictionary(
            parts => parts[0],
            parts => (IReadOnlyList<string>)parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries)));
        string.Join(' ', mirrors.ReferencesFor(RepositoryName.Of(image))).ShouldBe(expected, why);
    }
}
