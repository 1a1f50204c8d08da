using System.Collections.Concurrent;
using Orchestrator.Fault.Tests.Faults;
using Orchestrator.Fault.Tests.Histories;

namespace Orchestrator.Fault.Tests.Loads;

/// <summary>
/// Writes its own few objects in turn, without a rest, so that some of them live on every silo; when a silo does not
/// answer it asks the next. Remembers when it was answered.
/// </summary>
public sealed class Prober(string name, Recorder recorder, IReadOnlyList<IDoor> doors, TimeSpan pause)
{
    private const int ObjectsMax = 8;
    private static readonly TimeSpan PreparePatience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<long> _answered = new();
    private long _lastAnswered;

    /// <summary>Its name: of its silo, or of the client that knows all.</summary>
    public string Name => name;

    /// <summary>When its writes were acknowledged.</summary>
    public IReadOnlyCollection<long> Answered => _answered;

    /// <summary>When the last of them was.</summary>
    public long LastAnswered => Volatile.Read(ref _lastAnswered);

    /// <summary>Makes what it writes.</summary>
    public async Task PrepareAsync()
    {
        for (var i = 0; i < ObjectsMax; i++)
        {
            var made = new Answer(Outcome.Unknown);
            var tries = 0;
            await Eventually.TrueAsync(async () =>
            {
                tries++;
                made = await recorder.CreateAsync(doors[0], NameOf(i));
                return made.Outcome != Outcome.Unknown;
            }, PreparePatience);
            // When a first try without an answer was the one, the next is refused.
            var isMade = made.Outcome == Outcome.Done || (tries > 1 && made.Said == "AlreadyExists");
            Assert.True(isMade, $"{name} could not make {NameOf(i)}: {made}");
        }
    }

    /// <summary>Goes on until it is told to end.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(pause);
        try
        {
            var at = 0;
            for (var i = 0; await timer.WaitForNextTickAsync(cancellation); i++)
            {
                var answer = await recorder.PatchAsync(doors[at], NameOf(i % ObjectsMax));
                if (answer.Outcome == Outcome.Done)
                {
                    Volatile.Write(ref _lastAnswered, Clock.Now);
                    _answered.Enqueue(LastAnswered);
                    continue;
                }
                at = (at + 1) % doors.Count;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
    }

    private string NameOf(int i) => $"probe-{name}-{i}";
}
