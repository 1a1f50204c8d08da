using System.Collections.Concurrent;

namespace Orleans.Contract.Tests.Support;

/// <summary>
/// Where grains of all silos of this process leave notes, and wait for gates the test opens. Keys are unique per test.
/// </summary>
internal static class Board
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<string>> NotesOf = new();
    private static readonly ConcurrentDictionary<string, TaskCompletionSource> Gates = new();

    public static void Note(string key, string text) => NotesOf.GetOrAdd(key, _ => new()).Enqueue(text);

    public static string[] Notes(string key) => [.. NotesOf.GetOrAdd(key, _ => new())];

    public static Task Wait(string gate) => GateOf(gate).Task;

    public static void Open(string gate) => GateOf(gate).TrySetResult();

    private static TaskCompletionSource GateOf(string gate) =>
        Gates.GetOrAdd(gate, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
