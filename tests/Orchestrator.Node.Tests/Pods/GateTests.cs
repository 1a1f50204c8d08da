using Orchestrator.Nodes.Pods;

namespace Orchestrator.Nodes.Tests.Pods;

public sealed class GateTests
{
    [Fact]
    public async Task It_lets_in_as_many_as_there_is_room_for_in_their_order()
    {
        var gate = new Gate(1);
        await gate.EnterAsync(default);
        var (second, third) = (gate.EnterAsync(default), gate.EnterAsync(default));
        (second.IsCompleted, third.IsCompleted).ShouldBe((false, false));
        gate.Leave();
        await second;
        third.IsCompleted.ShouldBeFalse();
        gate.Leave();
        await third;
    }

    [Fact]
    public async Task Who_gives_up_takes_no_room()
    {
        var gate = new Gate(1);
        await gate.EnterAsync(default);
        using var patience = new CancellationTokenSource();
        var (impatient, next) = (gate.EnterAsync(patience.Token), gate.EnterAsync(default));
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(impatient);
        gate.Leave();
        await next;
        gate.Leave();
        gate.EnterAsync(default).IsCompletedSuccessfully.ShouldBeTrue();
    }
}
