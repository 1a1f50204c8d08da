namespace Orchestrator.Nodes.Docker;

/// <summary>Adds up what an engine says of the layers of one pull.</summary>
internal sealed class PullTally(Action<PullProgress>? tell) : IProgress<ProgressLine>
{
    private readonly Dictionary<string, Layer> _layers = [];

    public void Report(ProgressLine value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Id is { } id && Next(_layers.GetValueOrDefault(id), value) is { } layer) _layers[id] = layer;
        tell?.Invoke(new PullProgress(
            _layers.Values.Sum(one => one.Done), _layers.Values.Sum(one => one.Total),
            _layers.Values.Count(one => one.IsThere), _layers.Count));
    }

    // What is unpacked was downloaded; the bytes told meanwhile are those of the unpacking.
    private static Layer? Next(Layer? old, ProgressLine line) => line.Status switch
    {
        "Pulling fs layer" or "Waiting" => old ?? new Layer(0, 0, false),
        "Downloading" when line.Progress is { } bytes =>
            new Layer(bytes.Current, Math.Max(bytes.Total, bytes.Current), false),
        "Download complete" or "Verifying Checksum" or "Extracting" => Whole(old, isThere: false),
        "Pull complete" or "Already exists" => Whole(old, isThere: true),
        _ => old,
    };

    private static Layer Whole(Layer? old, bool isThere) => new(old?.Total ?? 0, old?.Total ?? 0, isThere);

    private sealed record Layer(long Done, long Total, bool IsThere);
}
