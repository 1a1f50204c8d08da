using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestrator.Grains.Engine.Cluster;

/// <summary>
/// How fast the death of a silo is noticed. Every silo asks every other for a sign of life each 0.7 s, and votes
/// against it after four missed in a row; two votes, or one where only two silos are left, declare it dead.
/// </summary>
/// <remarks>
/// A killed process refuses the next probe at once, so the fourth miss comes 2.1 to 2.8 s after the kill. A machine
/// that vanishes or a process that is halted leaves probes unanswered, and each then costs its full 0.7 s: 2.8 to 3.5
/// s. A halt of 2 s therefore misses at most three probes, and is forgiven.
/// </remarks>
internal static class QuickMembership
{
    public static ISiloBuilder UseQuickMembership(this ISiloBuilder silo) => silo
        .Configure<ClusterMembershipOptions>(Tune)
        .Configure<ConnectionOptions>(options => options.OpenConnectionTimeout = TimeSpan.FromSeconds(2))
        .ConfigureServices(services =>
        {
            services.AddSingleton<IFatalErrorHandler, DeathHandler>();
            services.AddHostedService<StallWatch>();
        });

    private static void Tune(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromMilliseconds(700);
        options.NumMissedProbesLimit = 4;

        // With three silos the two that are left both vote; a silo that is itself ill cannot have another one killed.
        options.NumVotesForDeathDeclaration = 2;

        // The vote of a neighbour says the same as a probe through it, and an indirect probe would double the last
        // wait.
        options.EnableIndirectProbes = false;

        // While a silo is silent each voter renews its vote every 0.7 s; an older vote is about an earlier silence.
        options.DeathVoteExpirationTimeout = TimeSpan.FromSeconds(10);

        // Who dies together with its voters (two of three at once) is given up when it has not signed for 9 s.
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(3);
        options.NumMissedTableIAmAliveLimit = 3;

        // News of deaths travel by gossip; this is the net below it, and how a silo that was cut off learns of its own.
        options.TableRefreshTimeout = TimeSpan.FromSeconds(2);

        // A silo that cannot join ends, and its supervisor tries again.
        options.MaxJoinAttemptTime = TimeSpan.FromMinutes(1);

        // The dead are kept for an hour to be looked at, 25 of them at most.
        options.DefunctSiloExpiration = TimeSpan.FromHours(1);
        options.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
    }
}
