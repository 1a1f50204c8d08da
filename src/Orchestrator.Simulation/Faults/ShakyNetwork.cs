using System.Reflection;
using Orleans.Concurrency;

namespace Orchestrator.Simulations.Faults;

/// <summary>The way between grains: delays calls and answers by virtual time, and loses one-way messages.</summary>
internal sealed class ShakyNetwork(TimeProvider clock, Chance chance, Counters counters) : IOutgoingGrainCallFilter
{
    private readonly Dictionary<MethodInfo, bool> _areOneWay = [];

    /// <summary>The part of calls, and of answers, that are late.</summary>
    public double Delays { get; set; }

    /// <summary>A late one is so late, on average.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>The part of one-way messages that are lost.</summary>
    public double Losses { get; set; }

    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (chance.Hits(Losses) && IsOneWay(context.InterfaceMethod))
        {
            counters.Add("messages lost");
            return Task.CompletedTask;
        }
        var (isLate, isAnswerLate) = (chance.Hits(Delays), chance.Hits(Delays));
        return isLate || isAnswerLate ? LateAsync(context, isLate, isAnswerLate) : context.Invoke();
    }

    private async Task LateAsync(IOutgoingGrainCallContext context, bool isLate, bool isAnswerLate)
    {
        counters.Add("messages late");
        if (isLate) await Task.Delay(chance.Around(Delay), clock);
        await context.Invoke();
        if (isAnswerLate) await Task.Delay(chance.Around(Delay), clock);
    }

    private bool IsOneWay(MethodInfo method)
    {
        if (!_areOneWay.TryGetValue(method, out var isOneWay))
        {
            _areOneWay[method] = isOneWay = method.IsDefined(typeof(OneWayAttribute));
        }
        return isOneWay;
    }
}
