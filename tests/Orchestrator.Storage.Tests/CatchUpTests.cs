using Microsoft.Extensions.Logging.Abstractions;

namespace Orchestrator.Storage.Tests;

/// <summary>Catching up is for those who read a cache that follows the store.</summary>
public sealed class CatchUpTests
{
    [Fact]
    public async Task It_waits_until_the_followers_have_heard_of_what_others_wrote()
    {
        var log = new MemoryLog(new ObjectStoreOptions());
        await using var writer = await OpenAsync(log);
        await using var reader = await OpenAsync(log);
        using var heard = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        using var following = reader.Subscribe(_ =>
        {
            heard.Set();
            mayGoOn.Wait(Given.Patience);
        });
        await writer.Create(Given.Map("a"));
        Assert.True(heard.Wait(Given.Patience));
        var caughtUp = reader.CatchUpAsync().AsTask();
        Assert.False(caughtUp.IsCompleted, "a follower is still reading what it was told");
        mayGoOn.Set();
        await caughtUp.WaitAsync(Given.Patience);
    }

    // News come on a thread of their own, as from a database.
    private static async Task<ObjectStore> OpenAsync(MemoryLog log)
    {
        var journal = new MemoryJournal(log, TimeProvider.System, () => TimeSpan.FromMilliseconds(1));
        var store = new ObjectStore(
            journal, new ObjectStoreOptions(), TimeProvider.System, NullLogger<ObjectStore>.Instance);
        await store.OpenAsync(CancellationToken.None);
        return store;
    }
}
