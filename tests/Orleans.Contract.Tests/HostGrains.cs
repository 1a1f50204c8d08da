using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

public interface ISelfFilterGrain : IGrainWithStringKey
{
    Task Touch();
}

internal sealed class SelfFilterGrain : Grain, ISelfFilterGrain, IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        Board.Note(this.GetPrimaryKeyString(), $"before {context.MethodName}");
        await context.Invoke();
        Board.Note(this.GetPrimaryKeyString(), $"after {context.MethodName}");
    }

    public Task Touch()
    {
        Board.Note(this.GetPrimaryKeyString(), "touched");
        return Task.CompletedTask;
    }
}
