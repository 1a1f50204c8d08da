using System.Text;
using Orchestrator.Fault.Tests.Faults;

namespace Orchestrator.Fault.Tests.Pauses;

/// <summary>The longest time one client went without an acknowledged write because of one fault.</summary>
public sealed record Pause(FaultStep Fault, string Client, TimeSpan Longest);

/// <summary>Finds how long writes stood still. Pure; times are ticks of one clock.</summary>
public static class PauseMeter
{
    /// <summary>
    /// The longest span without an answer that touches the time given: from the answer before it, but not into the time
    /// of the next fault.
    /// </summary>
    public static long Longest(IEnumerable<long> answered, long from, long until)
    {
        var (longest, last) = (0L, from);
        foreach (var at in answered.Order())
        {
            if (at >= from) longest = Math.Max(longest, Math.Min(at, until) - Math.Min(last, until));
            last = at;
            if (at >= until) return longest;
        }
        return Math.Max(longest, until - Math.Min(last, until));
    }

    /// <summary>
    /// The pause of every client in every fault, leaving out the clients of a silo that was itself the victim.
    /// </summary>
    public static IReadOnlyList<Pause> Of(
        IReadOnlyList<Happened> faults, IReadOnlyDictionary<string, IReadOnlyCollection<long>> answered,
        Func<FaultStep, string, bool> isVictim, Func<long, TimeSpan> span) =>
    [
        .. from happened in faults
           from client in answered
           where !isVictim(happened.Fault, client.Key)
           select new Pause(happened.Fault, client.Key, span(Longest(client.Value, happened.From, happened.Until))),
    ];

    /// <summary>One line per kind of fault: the longest pause of who asks on, and of the surviving silos.</summary>
    public static string Table(IReadOnlyList<Pause> pauses, string roaming)
    {
        var text = new StringBuilder("longest time without an acknowledged write, in ms:\n");
        text.AppendLine($"  {"fault",-16} {"times",5} {"asks next",10} {"one silo",10}");
        foreach (var kind in pauses.GroupBy(pause => pause.Fault.Kind).OrderBy(group => group.Key))
        {
            var times = kind.Select(pause => pause.Fault).Distinct(ReferenceEqualityComparer.Instance).Count();
            text.AppendLine($"  {kind.Key,-16} {times,5} {Most(kind, true),10:0} {Most(kind, false),10:0}");
        }
        return text.ToString();

        double Most(IEnumerable<Pause> of, bool isRoaming) =>
            of.Where(pause => pause.Client == roaming == isRoaming).Select(pause => pause.Longest.TotalMilliseconds)
                .DefaultIfEmpty(0).Max();
    }
}
