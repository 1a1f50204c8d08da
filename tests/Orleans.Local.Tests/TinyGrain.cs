namespace Orleans.Local.Tests;

public interface ITinyGrain : IGrainWithStringKey
{
    Task<int> Add(int value);
}

internal sealed class TinyGrain : Grain, ITinyGrain
{
    private int _sum;

    public Task<int> Add(int value) => Task.FromResult(_sum += value);
}
