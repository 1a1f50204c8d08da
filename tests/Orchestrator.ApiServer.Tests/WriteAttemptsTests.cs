using Microsoft.Extensions.Options;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Objects;
using Orchestrator.Grains;
using Orleans.Runtime;

namespace Orchestrator.ApiServer.Tests;

/// <summary>What becomes of a write whose silo is lost: done again, refused, or in doubt.</summary>
public sealed class WriteAttemptsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    // why | what each attempt comes to; the last stays | may be repeated | outcome
    public static TheoryData<string, string, bool, string> Losses => new()
    {
        { "nothing is wrong", "done", false, "done after 1" },
        { "what was surely not done is done again", "rejected rejected done", false, "done after 3" },
        { "what was overtaken is done again", "overtaken done", false, "done after 2" },
        { "a lost answer is asked for again where twice is once", "lost done", true, "done after 2" },
        { "a lost answer is told where twice is two", "lost done", false, "503 not known after 1" },
        { "no answer in time counts as a lost one", "late done", false, "503 not known after 1" },
        { "a refusal stands", "409", true, "409 after 1" },
        { "a refusal after what was surely not done stands", "rejected 409", true, "409 after 2" },
        { "a refusal after a lost answer may be its own doing", "lost 409", true, "503 not known after 2" },
        { "an absence after a lost answer may be its own doing", "lost 404", true, "503 not known after 2" },
        { "another refusal after a lost answer stands", "lost 422", true, "422 after 2" },
        { "whoever is never reached has written nothing", "rejected", true, "503 nothing was written" },
        { "whoever is never reached after a lost answer is in doubt", "lost rejected", true, "503 not known" },
    };

    [Theory, MemberData(nameof(Losses))]
    public async Task A_write_is_never_said_to_be_what_it_is_not(
        string why, string steps, bool isSafe, string expected)
    {
        var left = new Queue<string>(steps.Split(' '));
        // Only those that are never reached wait for the end of it.
        var patience = left.Last() == "rejected" ? TimeSpan.FromMilliseconds(200) : Limit;
        var attempts = new WriteAttempts(
            Options.Create(new ApiServerOptions { WriteRetryTime = patience }), TimeProvider.System);
        var count = 0;
        string outcome;
        try
        {
            await attempts.RunAsync(Next, Limit, isSafe ? Repeat.Safe : Repeat.Unsafe, CancellationToken.None);
            outcome = "done";
        }
        catch (ApiException refusal)
        {
            outcome = refusal.Code == 503 ? $"503 {Doubt(refusal.Message)}" : $"{refusal.Code}";
        }
        $"{outcome} after {count}".ShouldStartWith(expected, customMessage: why);

        Task<WriteResult> Next()
        {
            count++;
            return ComeTo(left.Count > 1 ? left.Dequeue() : left.Peek());
        }
    }

    private static string Doubt(string message) =>
        message.Contains("not known", StringComparison.Ordinal) ? "not known"
        : message.Contains("nothing was written", StringComparison.Ordinal) ? "nothing was written"
        : message;

    private static async Task<WriteResult> ComeTo(string step)
    {
        await Task.Yield();
        return step switch
        {
            "done" => new(new ConfigMap()),
            "lost" => throw new SiloUnavailableException("gone"),
            "late" => throw new TimeoutException("no answer"),
            "rejected" => throw Rejected(),
            "overtaken" => throw Overtaken(),
            _ => throw new ApiException(int.Parse(step), "Refused", "refused"),
        };
    }

    // Both are made by others only: the one by the engine, the other by a grain.
    private static Exception Rejected() => (Exception)Activator.CreateInstance(
        typeof(OrleansMessageRejectionException),
        System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic, null, ["rejected"], null)!;

    private static ApiException Overtaken() => new(503, "ServiceUnavailable", "written by another activation",
        new StatusDetails("a", "", "configmaps", [new StatusCause("Overtaken", "the request may be repeated")], 1));
}
