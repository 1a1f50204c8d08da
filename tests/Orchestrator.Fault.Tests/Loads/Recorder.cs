using System.Collections.Concurrent;
using Orchestrator.Fault.Tests.Histories;

namespace Orchestrator.Fault.Tests.Loads;

/// <summary>Makes calls for one client and keeps what became of them.</summary>
public sealed class Recorder(string client, ConcurrentQueue<Operation> kept)
{
    private int _tokens;

    /// <summary>Creates an object and counts from one.</summary>
    public Task<Answer> CreateAsync(IDoor door, string name)
    {
        var token = NextToken();
        return KeptAsync(
            new() { Act = Act.Create, Key = name, Token = token, Count = 1, Invoked = Clock.Now, Outcome = default },
            door, () => door.CreateAsync(name, token, 1));
    }

    /// <summary>Counts one further, if the object still is what was seen.</summary>
    public Task<Answer> UpdateAsync(IDoor door, Sight seen)
    {
        var (token, count) = (NextToken(), seen.Count + 1);
        return KeptAsync(
            new()
            {
                Act = Act.Update,
                Key = seen.Key,
                Token = token,
                Count = count,
                Expected = seen.Revision,
                Invoked = Clock.Now,
                Outcome = default,
            },
            door, () => door.UpdateAsync(seen, token, count));
    }

    /// <summary>Writes a new token into whatever there is.</summary>
    public Task<Answer> PatchAsync(IDoor door, string name)
    {
        var token = NextToken();
        return KeptAsync(
            new() { Act = Act.Patch, Key = name, Token = token, Invoked = Clock.Now, Outcome = default },
            door, () => door.PatchAsync(name, token));
    }

    /// <summary>Deletes the life that was seen.</summary>
    public Task<Answer> DeleteAsync(IDoor door, Sight seen) => KeptAsync(
        new() { Act = Act.Delete, Key = seen.Key, Uid = seen.Uid, Invoked = Clock.Now, Outcome = default },
        door, () => door.DeleteAsync(seen.Key, seen.Uid));

    /// <summary>Reads one object.</summary>
    public Task<Answer> GetAsync(IDoor door, string name) => KeptAsync(
        new() { Act = Act.Get, Key = name, Invoked = Clock.Now, Outcome = default },
        door, () => door.GetAsync(name));

    /// <summary>Reads all.</summary>
    public Task<Answer> ListAsync(IDoor door) => KeptAsync(
        new() { Act = Act.List, Invoked = Clock.Now, Outcome = default },
        door, () => door.ListAsync());

    private string NextToken() => $"{client}.{++_tokens}";

    private async Task<Answer> KeptAsync(Operation asked, IDoor door, Func<Task<Answer>> call)
    {
        var answer = await call();
        kept.Enqueue(asked with
        {
            Client = client,
            Via = door.Name,
            Outcome = answer.Outcome,
            Said = answer.Said,
            Seen = answer.Seen,
            Returned = answer.Outcome == Outcome.Unknown ? Operation.Never : Clock.Now,
            Ended = Clock.Now,
            Items = answer.Items,
            ListRevision = answer.ListRevision,
            IsWarned = answer.IsWarned,
        });
        return answer;
    }
}
