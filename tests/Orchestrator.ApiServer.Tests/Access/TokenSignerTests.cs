using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.ApiServer.Access;
using Orchestrator.ApiServer.Auth;

namespace Orchestrator.ApiServer.Tests.Access;

public sealed class TokenSignerTests
{
    private static readonly TokenSigner Signer = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    [Fact]
    public void What_was_signed_is_read_again()
    {
        var token = Signer.Sign("{\"a\":1}"u8);
        Encoding.UTF8.GetString(Signer.Open(token)!).ShouldBe("{\"a\":1}");
        ServiceAccountTokens.LooksLikeOne(token).ShouldBeTrue();
        Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[0]))
            .ShouldBe($$"""{"alg":"ES256","kid":"{{Signer.KeyId}}"}""");
    }

    public static TheoryData<string, Func<string, string>> Damages => new()
    {
        { "another payload under the signature", token => Swap(token, 1, "{\"a\":2}") },
        { "a header that says there is no signature", token => Swap(token, 0, "{\"alg\":\"none\"}") },
        { "a header of another algorithm", token => Swap(token, 0, "{\"alg\":\"HS256\"}") },
        { "a header that is no object", token => Swap(token, 0, "[]") },
        { "no signature", token => token[..(token.LastIndexOf('.') + 1)] },
        { "a part too few", token => token[..token.LastIndexOf('.')] },
        { "a part too many", token => $"{token}.x" },
        { "no base64", token => $"{token[..^4]}!!!!" },
        { "words", _ => "a.b.c" },
        { "the signature of another key",
            _ => new TokenSigner(ECDsa.Create(ECCurve.NamedCurves.nistP256)).Sign("{\"a\":1}"u8) },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_token_is_not_opened(string why, Func<string, string> damage) =>
        Signer.Open(damage(Signer.Sign("{\"a\":1}"u8))).ShouldBeNull(why);

    [Fact]
    public void The_key_follows_from_the_authority_and_is_not_the_authoritys()
    {
        var (first, second) = (Directory.CreateTempSubdirectory("pki-"), Directory.CreateTempSubdirectory("pki-"));
        try
        {
            var authority = CertificateAuthority.LoadOrCreate(first.FullName, TimeProvider.System);
            var again = CertificateAuthority.LoadOrCreate(first.FullName, TimeProvider.System);
            var other = CertificateAuthority.LoadOrCreate(second.FullName, TimeProvider.System);
            var token = new TokenSigner(authority.TokenKey()).Sign("{}"u8);
            new TokenSigner(again.TokenKey()).Open(token).ShouldNotBeNull();
            new TokenSigner(other.TokenKey()).Open(token).ShouldBeNull();
        }
        finally
        {
            first.Delete(recursive: true);
            second.Delete(recursive: true);
        }
    }

    private static string Swap(string token, int part, string text)
    {
        var parts = token.Split('.');
        parts[part] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
        return string.Join('.', parts);
    }
}
