using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.Decoding;

/// <summary>Runs what must be refused and gives the refusal.</summary>
internal static class Refused
{
    public static ApiException By(Action act) => Should.Throw<ApiException>(act);

    public static void With(int code, string message, Action act)
    {
        var refusal = By(act);
        refusal.Message.ShouldBe(message);
        refusal.Code.ShouldBe(code);
    }
}
