namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>
/// The nodes that are possible for one class of pods, best first. Between two placements of the class only the nodes
/// that others have taken from meanwhile are scored again.
/// </summary>
internal sealed class ClassQueue
{
    private const long OwnerSpreadWeight = 20_000;
    private const long PreferenceWeight = 20_000;
    private const long TaintWeight = 30_000;
    private const long ScoreMax = 1L << 20;

    private readonly PodClass _pods;
    private readonly WorkingRoom[] _rooms;
    private readonly int[] _ownPods;
    private readonly long[] _fixedScores;
    private readonly long[] _priorities;
    private readonly PriorityQueue<int, long> _best = new();
    private readonly List<int> _takenLog;
    private readonly Dictionary<string, int> _ruledOut = new(StringComparer.Ordinal);
    private int _logRead;

    public ClassQueue(PodClass pods, WorkingRoom[] rooms, int[] ownPods, List<int> takenLog)
    {
        (_pods, _rooms, _ownPods, _takenLog, _logRead) = (pods, rooms, ownPods, takenLog, takenLog.Count);
        _fixedScores = new long[rooms.Length];
        _priorities = new long[rooms.Length];
        var possible = new List<int>(rooms.Length);
        for (var i = 0; i < rooms.Length; i++)
        {
            _priorities[i] = long.MaxValue;
            var node = rooms[i].Start.Node;
            if ((NodeFilters.RuleOut(pods.Spec, node) ?? pods.Volumes.RuleOut(node)) is { } rule)
            {
                _ruledOut[rule] = _ruledOut.GetValueOrDefault(rule) + 1;
                _fixedScores[i] = -1;
            }
            else
            {
                possible.Add(i);
            }
        }
        Prefer(possible);
        var entries = new List<(int, long)>(possible.Count);
        foreach (var i in possible)
        {
            if (!rooms[i].Fits(pods)) continue;
            entries.Add((i, _priorities[i] = PriorityOf(i)));
        }
        Candidates = entries.Count;
        _best.EnqueueRange(entries);
    }

    /// <summary>How many nodes are possible now.</summary>
    public int Candidates { get; private set; }

    /// <summary>Nodes ruled out for good, by rule.</summary>
    public IReadOnlyList<RuleCount> RuledOut => field ??= Sorted(_ruledOut);

    /// <summary>The best node, or -1.</summary>
    public (int Node, long Score) Best()
    {
        for (; _logRead < _takenLog.Count; _logRead++) Refresh(_takenLog[_logRead]);
        while (_best.TryPeek(out var node, out var priority))
        {
            // Entries that were scored again since are stale.
            if (_priorities[node] == priority) return (node, ScoreMax - (priority >> 40));
            _best.Dequeue();
        }
        return (-1, 0);
    }

    /// <summary>Why no node is possible.</summary>
    public (string Message, IReadOnlyList<RuleCount> Rules) Refuse()
    {
        if (_rooms.Length == 0) return ("no nodes available to schedule pods", []);
        var counts = new Dictionary<string, int>(_ruledOut, StringComparer.Ordinal);
        var (hopeless, full) = (_ruledOut.Values.Sum(), 0);
        for (var i = 0; i < _rooms.Length; i++)
        {
            if (_fixedScores[i] < 0) continue;
            full++;
            foreach (var reason in _rooms[i].InTheWay(_pods)) counts[reason] = counts.GetValueOrDefault(reason) + 1;
        }
        var rules = Sorted(counts);
        var available = $"0/{_rooms.Length} nodes are available: ";
        return ($"{available}{string.Join(", ", rules)}. preemption: {Preemption(available, hopeless, full)}", rules);
    }

    private string Preemption(string available, int hopeless, int full)
    {
        if (_pods.Spec.PreemptionPolicy == "Never") return "not eligible due to preemptionPolicy=Never.";
        var parts = new List<RuleCount>(2);
        if (full > 0) parts.Add(new("No preemption victims found for incoming pod", full));
        if (hopeless > 0) parts.Add(new("Preemption is not helpful for scheduling", hopeless));
        return $"{available}{string.Join(", ", parts.Select(part => part.ToString()).Order(StringComparer.Ordinal))}.";
    }

    private void Refresh(int node)
    {
        if (_priorities[node] == long.MaxValue) return;
        if (_rooms[node].Fits(_pods))
        {
            var priority = PriorityOf(node);
            if (priority == _priorities[node]) return;
            _best.Enqueue(node, _priorities[node] = priority);
            return;
        }
        // Room only shrinks within a pass, so a node that is full stays out.
        _priorities[node] = long.MaxValue;
        Candidates--;
    }

    // The highest score first; then the fewest pods; then the name, for nodes are numbered in the order of names.
    private long PriorityOf(int node)
    {
        var score = _rooms[node].Score(_pods) + _fixedScores[node];
        if (_pods.Owner.Length > 0) score += OwnerSpreadWeight / (1 + _ownPods[node]);
        return ((ScoreMax - score) << 40) | ((long)Math.Min(_rooms[node].PodCount, 0xFFFFF) << 20) | (long)node;
    }

    private void Prefer(List<int> possible)
    {
        var (preferences, most) = (new int[_rooms.Length], 0);
        foreach (var i in possible)
        {
            preferences[i] = NodeMatch.Preference(_pods.Spec, _rooms[i].Start.Node);
            most = Math.Max(most, preferences[i]);
        }
        foreach (var i in possible)
        {
            var dislikes = NodeFilters.Dislikes(_pods.Spec, _rooms[i].Start.Node);
            _fixedScores[i] = TaintWeight / (1 + dislikes);
            if (most > 0) _fixedScores[i] += PreferenceWeight * preferences[i] / most;
        }
    }

    private static IReadOnlyList<RuleCount> Sorted(Dictionary<string, int> counts) =>
        [.. counts.Select(pair => new RuleCount(pair.Key, pair.Value))
            .OrderBy(count => count.ToString(), StringComparer.Ordinal)];
}
