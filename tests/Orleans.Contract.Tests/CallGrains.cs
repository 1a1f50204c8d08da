namespace Orleans.Contract.Tests;

public interface IBaseGrain : IGrainWithStringKey
{
    Task<string> FromBase();
}

public interface IEchoGrain : IBaseGrain
{
    Task Nothing();

    ValueTask NothingByValueTask();

    Task<int> Number(int value);

    ValueTask<string> TextByValueTask(string value);

    Task<string?> MaybeText(string? value);

    Task<string> Many(string text, int number, bool flag);

    Task<T> Generic<T>(T value);

    Task<string> Key();

    Task Fail(string message, int code);

    Task FailAtOnce();

    Task FailThrough(IEchoGrain other, int code);

    Task<IEchoGrain> Self();

    Task<string> KeyOf(IEchoGrain other);

    Task<string?> ContextOf(string key, IEchoGrain? through);

    Task SetContext(string key, string value);

    IAsyncEnumerable<int> Count(int to);

    IAsyncEnumerable<int> CountAndFail(int after);
}

internal sealed class EchoGrain : Grain, IEchoGrain
{
    public Task<string> FromBase() => Task.FromResult("base");

    public Task Nothing() => Task.CompletedTask;

    public ValueTask NothingByValueTask() => default;

    public Task<int> Number(int value) => Task.FromResult(value);

    public ValueTask<string> TextByValueTask(string value) => new(value);

    public Task<string?> MaybeText(string? value) => Task.FromResult(value);

    public Task<string> Many(string text, int number, bool flag) => Task.FromResult($"{text}:{number}:{flag}");

    public Task<T> Generic<T>(T value) => Task.FromResult(value);

    public Task<string> Key() => Task.FromResult(this.GetPrimaryKeyString());

    public async Task Fail(string message, int code)
    {
        await Task.Yield();
        throw new MarkedException(message, code);
    }

    public Task FailAtOnce() => throw new InvalidOperationException("at once");

    public Task FailThrough(IEchoGrain other, int code) => other.Fail("through", code);

    public Task<IEchoGrain> Self() => Task.FromResult(this.AsReference<IEchoGrain>());

    public Task<string> KeyOf(IEchoGrain other) => Task.FromResult(other.GetPrimaryKeyString());

    public Task<string?> ContextOf(string key, IEchoGrain? through) =>
        through is null ? Task.FromResult(RequestContext.Get(key) as string) : through.ContextOf(key, null);

    public Task SetContext(string key, string value)
    {
        RequestContext.Set(key, value);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<int> Count(int to)
    {
        for (var number = 0; number < to; number++)
        {
            await Task.Yield();
            yield return number;
        }
    }

    public async IAsyncEnumerable<int> CountAndFail(int after)
    {
        for (var number = 0; number < after; number++)
        {
            await Task.Yield();
            yield return number;
        }

        throw new MarkedException("in the sequence", after);
    }
}

[GenerateSerializer]
public sealed class MarkedException(string message, int code) : Exception(message)
{
    [Id(0)]
    public int Code { get; } = code;
}

internal interface IInternalGrain : IGrainWithStringKey
{
    Task<int> Answer();
}

internal sealed class InternalGrain : Grain, IInternalGrain
{
    public Task<int> Answer() => Task.FromResult(42);
}

public interface IIntegerKeyGrain : IGrainWithIntegerKey
{
    Task<long> Key();
}

internal sealed class IntegerKeyGrain : Grain, IIntegerKeyGrain
{
    public Task<long> Key() => Task.FromResult(this.GetPrimaryKeyLong());
}

public interface IGuidKeyGrain : IGrainWithGuidKey
{
    Task<Guid> Key();
}

internal sealed class GuidKeyGrain : Grain, IGuidKeyGrain
{
    public Task<Guid> Key() => Task.FromResult(this.GetPrimaryKey());
}

public interface ICompoundKeyGrain : IGrainWithIntegerCompoundKey
{
    Task<(long, string?)> Key();
}

internal sealed class CompoundKeyGrain : Grain, ICompoundKeyGrain
{
    public Task<(long, string?)> Key() => Task.FromResult((this.GetPrimaryKeyLong(out var extension), extension));
}

public interface INamedGrain : IGrainWithStringKey
{
    Task<string> Identity();
}

[GrainType("named-type")]
internal sealed class SomeOtherNameGrain : Grain, INamedGrain
{
    public Task<string> Identity() => Task.FromResult(IdentityString);
}

public interface IUnservedGrain : IGrainWithStringKey;

public interface IBoxGrain<T> : IGrainWithStringKey
{
    Task Put(T value);

    Task<T?> Take();
}

internal sealed class BoxGrain<T> : Grain, IBoxGrain<T>
{
    private T? _value;

    public Task Put(T value)
    {
        _value = value;
        return Task.CompletedTask;
    }

    public Task<T?> Take() => Task.FromResult(_value);
}
